"""Stable-Baselines3's PPO over its DummyVecEnv, on the CPU, with the hyper-parameters of the other programs.

Separate 2 x 64 tanh networks, observations and rewards normalised by VecNormalize, clipped values, a learning rate that
falls linearly. Prints one JSON line.

  python sb3_ppo.py --task Hopper-v5 --envs 64 --steps 128 --iterations 15 --threads 1
"""

import time
from importlib import metadata

import gymnasium
import torch
from stable_baselines3 import PPO
from stable_baselines3.common.callbacks import BaseCallback
from stable_baselines3.common.vec_env import DummyVecEnv, VecNormalize

import ppo_program as program


class Watch(BaseCallback):
    """Logs the iterations: one ends where the next rollout starts, or the training."""

    def __init__(self, log):
        super().__init__()
        self.log, self.update_start = log, None

    def _on_training_start(self):
        self.log.start = time.perf_counter()

    def _on_rollout_start(self):
        if self.update_start is not None:
            self.log.iteration(self.update_start)

    def _on_rollout_end(self):
        self.update_start = time.perf_counter()

    def _on_training_end(self):
        self.log.iteration(self.update_start)

    def _on_step(self):
        return True


def main():
    args = program.parser(__doc__).parse_args()
    torch.set_num_threads(args.threads)
    vector = DummyVecEnv([lambda: gymnasium.make(args.task)] * args.envs)
    rows = args.envs * args.steps
    model = PPO(
        "MlpPolicy",
        VecNormalize(vector, gamma=program.GAMMA),
        n_steps=args.steps,
        batch_size=rows // program.MINIBATCHES,
        n_epochs=program.EPOCHS,
        learning_rate=lambda remaining: program.LEARNING_RATE * remaining,
        gamma=program.GAMMA,
        gae_lambda=program.LAMBDA,
        clip_range=program.CLIP,
        clip_range_vf=program.CLIP,
        vf_coef=program.VALUE_COEFFICIENT,
        max_grad_norm=program.GRADIENT_NORM,
        policy_kwargs={"net_arch": {"pi": [64, 64], "vf": [64, 64]}, "activation_fn": torch.nn.Tanh},
        seed=args.seed,
        device="cpu",
    )
    log = program.Log(args.iterations)
    model.learn(args.iterations * rows, callback=Watch(log))
    log.print(versions={name: metadata.version(name) for name in ("stable-baselines3", "torch", "gymnasium")})


if __name__ == "__main__":
    main()
