"""Stable-Baselines3's A2C over its DummyVecEnv, on the CPU, with the hyper-parameters of the other programs: its own.

Prints one JSON line.

  python sb3_a2c.py --slices 40 --threads 1
"""

from importlib import metadata

import torch
from stable_baselines3 import A2C
from stable_baselines3.common.env_util import make_vec_env

import a2c_program as program
import sb3_program
import slices


def main():
    args = slices.parser(program, __doc__).parse_args()
    torch.set_num_threads(args.threads)
    log = sb3_program.train(
        A2C,
        "MlpPolicy",
        make_vec_env(program.TASK, program.ENVS),
        program,
        args,
        n_steps=program.STEPS,
        learning_rate=program.LEARNING_RATE,
        gamma=program.GAMMA,
        gae_lambda=1.0,
        vf_coef=program.VALUE_COEFFICIENT,
        max_grad_norm=program.GRADIENT_NORM,
        rms_prop_eps=program.RMSPROP_EPSILON,
        policy_kwargs={"net_arch": list(program.HIDDEN)},
    )
    log.print(versions={name: metadata.version(name) for name in ("stable-baselines3", "torch", "gymnasium")})


if __name__ == "__main__":
    main()
