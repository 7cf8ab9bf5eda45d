"""Stable-Baselines3's SAC, on the CPU, with the hyper-parameters of the other programs where it has them.

It has one learning rate, which is the policy's of the others, for critics and temperature too. The policy learns once
with every update, not twice with every second, and the temperature learns from the same actions. Prints one JSON line.

  python sb3_sac.py --slices 40 --threads 1
"""

from importlib import metadata

import torch
from stable_baselines3 import SAC

import sac_program as program
import sb3_program
import slices


def main():
    args = slices.parser(program, __doc__).parse_args()
    torch.set_num_threads(args.threads)
    log = sb3_program.train(SAC, "MlpPolicy", program.TASK, program, args, **program.sb3_arguments())
    log.print(versions={name: metadata.version(name) for name in ("stable-baselines3", "torch", "gymnasium")})


if __name__ == "__main__":
    main()
