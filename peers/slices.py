"""What the programs share whose runs are cut into slices of env steps: options, and the JSON line that they end with.

What differs by algorithm, such as the length of a slice, is in a module of constants: dqn_program and the like.
"""

import argparse
import json
import sys
import time


def parser(program, description):
    options = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--slices", type=int, default=40, help=f"of {program.SLICE_STEPS} env steps each")
    options.add_argument("--threads", type=int, required=True, help="for PyTorch or JAX")
    options.add_argument("--seed", type=int, default=1)
    return options


class Log:
    """The seconds of each slice of env steps and of the updates in it."""

    def __init__(self, program, slices):
        self.program, self.slices, self.steps = program, slices, 0
        self.env_steps, self.seconds, self.update_seconds = [], [], []
        self.updating = 0.0
        self.start = time.perf_counter()

    def updated(self, start):
        """An update has ended that began then."""
        self.updating += time.perf_counter() - start

    def step(self, envs=1):
        """Each environment has made a step, and a slice may be full."""
        self.steps += envs
        if self.steps % self.program.SLICE_STEPS == 0:
            now = time.perf_counter()
            self.env_steps.append(self.steps)
            self.seconds.append(now - self.start)
            self.update_seconds.append(self.updating)
            if len(self.seconds) == 1:  # as Stride does: who started this learns how long that took
                print(f"1/{self.slices}", file=sys.stderr, flush=True)
            self.start, self.updating = now, 0.0

    def print(self, **others):
        slices = {"env_steps": self.env_steps, "seconds": self.seconds, "update_seconds": self.update_seconds}
        print(json.dumps(others | slices))
