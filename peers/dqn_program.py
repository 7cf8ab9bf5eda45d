"""What the peers' DQN programs share: hyper-parameters, options, and the JSON line that they end with."""

import argparse
import json
import sys
import time

TASK = "CartPole-v1"
# CleanRL's, and those of Stride's preset `cleanrl`
HIDDEN, BATCH, BUFFER = (120, 84), 128, 10_000
LEARNING_RATE, GAMMA, TRAIN_EVERY, TARGET_EVERY = 2.5e-4, 0.99, 10, 500
# not CleanRL's: its runs learn after 10,000 steps, and have this epsilon from their middle on
LEARNING_STARTS, EPSILON = 1000, 0.05
SLICE = 500  # env steps: short, for the median over slices


def parser(description):
    options = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--slices", type=int, default=40, help=f"of {SLICE} env steps each")
    options.add_argument("--threads", type=int, required=True, help="for PyTorch or JAX")
    options.add_argument("--seed", type=int, default=1)
    return options


class Log:
    """The seconds of each slice of env steps and of the updates in it."""

    def __init__(self, slices):
        self.slices, self.steps = slices, 0
        self.env_steps, self.seconds, self.update_seconds = [], [], []
        self.updating = 0.0
        self.start = time.perf_counter()

    def updated(self, start):
        """An update has ended that began then."""
        self.updating += time.perf_counter() - start

    def step(self):
        """An env step has been made, and perhaps a slice of them."""
        self.steps += 1
        if self.steps % SLICE == 0:
            now = time.perf_counter()
            self.env_steps.append(self.steps)
            self.seconds.append(now - self.start)
            self.update_seconds.append(self.updating)
            if LEARNING_STARTS < self.steps <= LEARNING_STARTS + SLICE:  # who started this learns how long it took
                print(f"1/{self.slices}", file=sys.stderr, flush=True)
            self.start, self.updating = now, 0.0

    def print(self, **others):
        slices = {"env_steps": self.env_steps, "seconds": self.seconds, "update_seconds": self.update_seconds}
        print(json.dumps(others | slices))
