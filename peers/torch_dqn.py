"""DQN in PyTorch as one would write it today, over one of Gymnasium's environments, on the CPU.

The loop and defaults of CleanRL's DQN: a network with 120 and 84 ReLU units, mean squared errors, a batch of 128 every
ten steps, a target network that is copied every 500. The memory is a ring of NumPy arrays. Prints one JSON line.

  python torch_dqn.py --slices 40 --threads 1
"""

import time
from importlib import metadata

import numpy as np
import torch
from torch import nn

import dqn_program as program
import slices
from torch_replay import Replay


def network(inputs, outputs):
    wide, narrow = program.HIDDEN
    hidden = (nn.Linear(inputs, wide), nn.ReLU(), nn.Linear(wide, narrow), nn.ReLU())
    return nn.Sequential(*hidden, nn.Linear(narrow, outputs))


class Dqn:
    """Steps of one environment, and an update after every tenth."""

    def __init__(self, seed):
        self.replay, self.random = Replay(program, seed), np.random.default_rng(seed + 1)
        obs_dim, self.actions = self.replay.obs_dim, int(self.replay.space.n)
        self.q, self.target = network(obs_dim, self.actions), network(obs_dim, self.actions)
        self.target.load_state_dict(self.q.state_dict())
        self.optimizer = torch.optim.Adam(self.q.parameters(), lr=program.LEARNING_RATE)

    def act(self):
        if self.random.random() < program.EPSILON:
            return self.random.integers(self.actions, size=1)
        with torch.no_grad():
            return self.q(torch.from_numpy(self.replay.obs)).argmax(1).numpy()

    def update(self):
        obs, next_obs, action, reward, terminated = self.replay.sample()
        with torch.no_grad():
            wanted = reward + program.GAMMA * self.target(next_obs).max(1).values * (1 - terminated)
        value = self.q(obs).gather(1, action[:, None])[:, 0]
        loss = nn.functional.mse_loss(value, wanted)
        self.optimizer.zero_grad()
        loss.backward()
        self.optimizer.step()

    def train(self, count):
        log = slices.Log(program, count)
        for number in range(1, count * program.SLICE_STEPS + 1):
            self.replay.step(self.act())
            if number > program.LEARNING_STARTS and number % program.TRAIN_EVERY == 0:
                start = time.perf_counter()
                self.update()
                log.updated(start)
            if number % program.TARGET_EVERY == 0:
                self.target.load_state_dict(self.q.state_dict())
            log.step()
        return log


def main():
    args = slices.parser(program, __doc__).parse_args()
    torch.manual_seed(args.seed)
    torch.set_num_threads(args.threads)
    log = Dqn(args.seed).train(args.slices)
    log.print(versions={name: metadata.version(name) for name in ("torch", "gymnasium", "numpy")})


if __name__ == "__main__":
    main()
