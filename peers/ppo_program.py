"""What the peers' PPO programs share: hyper-parameters, options, and the JSON line that they end with."""

import argparse
import json
import sys
import time

# CleanRL's, and those of Stride's preset `cleanrl`
EPOCHS, MINIBATCHES = 10, 32
LEARNING_RATE, GAMMA, LAMBDA, CLIP, VALUE_COEFFICIENT, GRADIENT_NORM = 3e-4, 0.99, 0.95, 0.2, 0.5, 0.5


def parser(description):
    options = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--task", default="Hopper-v5")
    options.add_argument("--envs", type=int, default=64)
    options.add_argument("--steps", type=int, default=128, help="of each environment in a rollout")
    options.add_argument("--iterations", type=int, default=15)
    options.add_argument("--threads", type=int, required=True, help="for PyTorch")
    options.add_argument("--seed", type=int, default=1)
    return options


class Log:
    """The seconds of each iteration and of its update, told when they are over."""

    def __init__(self, iterations):
        self.iterations, self.seconds, self.update_seconds = iterations, [], []
        self.start = time.perf_counter()

    def iteration(self, update_start):
        """An iteration has ended, whose update began then; the next one begins."""
        now = time.perf_counter()
        self.seconds.append(now - self.start)
        self.update_seconds.append(now - update_start)
        self.start = now
        if len(self.seconds) == 1:  # as Stride does: who started this learns how long that took
            print(f"1/{self.iterations}", file=sys.stderr, flush=True)

    def print(self, **others):
        print(json.dumps(others | {"seconds": self.seconds, "update_seconds": self.update_seconds}))
