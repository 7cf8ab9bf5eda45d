"""Stable-Baselines3's DQN, on the CPU, with the hyper-parameters of the other programs.

Its loss is Huber's, and cannot be another; gradients are not clipped. Prints one JSON line.

  python sb3_dqn.py --slices 40 --threads 1
"""

from importlib import metadata

import torch
from stable_baselines3 import DQN

import dqn_program as program
import sb3_program
import slices


def main():
    args = slices.parser(program, __doc__).parse_args()
    torch.set_num_threads(args.threads)
    arguments = program.sb3_arguments() | {
        "policy_kwargs": {"net_arch": list(program.HIDDEN)},
        "max_grad_norm": float("inf"),
    }
    log = sb3_program.train(DQN, "MlpPolicy", program.TASK, program, args, **arguments)
    log.print(versions={name: metadata.version(name) for name in ("stable-baselines3", "torch", "gymnasium")})


if __name__ == "__main__":
    main()
