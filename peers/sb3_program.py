"""What the programs of Stable-Baselines3 and SBX have in common: SBX keeps to the other's arguments and callbacks."""

import time

from stable_baselines3.common.callbacks import BaseCallback

import slices


class Watch(BaseCallback):
    """Logs every env step."""

    def __init__(self, log):
        super().__init__()
        self.log = log

    def _on_training_start(self):
        self.log.start = time.perf_counter()

    def _on_step(self):
        self.log.step(self.training_env.num_envs)
        return True


def train(algorithm, policy, envs, program, args, **arguments):
    """Trains by a class of either in its environments; returns the log."""
    log = slices.Log(program, args.slices)

    class Timed(algorithm):
        def train(self, *words, **options):
            start = time.perf_counter()
            super().train(*words, **options)
            log.updated(start)

    model = Timed(policy, envs, seed=args.seed, device="cpu", **arguments)
    model.learn(args.slices * program.SLICE_STEPS, callback=Watch(log))
    return log
