"""DQN in PyTorch as one would write it today, over one of Gymnasium's environments, on the CPU.

The loop and defaults of CleanRL's DQN: a network with 120 and 84 ReLU units, mean squared errors, a batch of 128 every
ten steps, a target network that is copied every 500. The memory is a ring of NumPy arrays. Prints one JSON line.

  python torch_dqn.py --slices 40 --threads 1
"""

import time
from importlib import metadata

import gymnasium
import numpy as np
import torch
from torch import nn

import dqn_program as program


class Memory:
    """The latest transitions, sampled uniformly."""

    def __init__(self, obs_dim, seed):
        rows = program.BUFFER
        self.obs, self.next_obs = (np.zeros((rows, obs_dim), np.float32) for _ in range(2))
        self.action, self.reward, self.terminated = np.zeros(rows, np.int64), *np.zeros((2, rows), np.float32)
        self.random, self.added = np.random.default_rng(seed), 0

    def add(self, obs, next_obs, action, reward, terminated):
        row = self.added % program.BUFFER
        self.obs[row], self.next_obs[row], self.action[row] = obs, next_obs, action
        self.reward[row], self.terminated[row] = reward, terminated
        self.added += 1

    def sample(self):
        rows = self.random.integers(min(self.added, program.BUFFER), size=program.BATCH)
        columns = (self.obs, self.next_obs, self.action, self.reward, self.terminated)
        return [torch.from_numpy(column[rows]) for column in columns]


def network(inputs, outputs):
    wide, narrow = program.HIDDEN
    hidden = (nn.Linear(inputs, wide), nn.ReLU(), nn.Linear(wide, narrow), nn.ReLU())
    return nn.Sequential(*hidden, nn.Linear(narrow, outputs))


class Dqn:
    """Steps of one environment, and an update after every tenth."""

    def __init__(self, seed):
        self.envs = gymnasium.vector.SyncVectorEnv(
            [lambda: gymnasium.wrappers.RecordEpisodeStatistics(gymnasium.make(program.TASK))],
            autoreset_mode=gymnasium.vector.AutoresetMode.SAME_STEP,
        )
        obs_dim, self.actions = self.envs.single_observation_space.shape[0], int(self.envs.single_action_space.n)
        self.q, self.target = network(obs_dim, self.actions), network(obs_dim, self.actions)
        self.target.load_state_dict(self.q.state_dict())
        self.optimizer = torch.optim.Adam(self.q.parameters(), lr=program.LEARNING_RATE)
        self.memory, self.random = Memory(obs_dim, seed), np.random.default_rng(seed + 1)
        self.obs, _ = self.envs.reset(seed=seed)

    def act(self):
        if self.random.random() < program.EPSILON:
            return self.random.integers(self.actions, size=1)
        with torch.no_grad():
            return self.q(torch.from_numpy(self.obs)).argmax(1).numpy()

    def step(self):
        action = self.act()
        obs, reward, terminated, truncated, info = self.envs.step(action)
        # where an episode ends, obs is the first of the next one
        next_obs = info["final_obs"][0] if terminated[0] or truncated[0] else obs[0]
        self.memory.add(self.obs[0], next_obs, action[0], reward[0], terminated[0])
        self.obs = obs

    def update(self):
        obs, next_obs, action, reward, terminated = self.memory.sample()
        with torch.no_grad():
            wanted = reward + program.GAMMA * self.target(next_obs).max(1).values * (1 - terminated)
        value = self.q(obs).gather(1, action[:, None])[:, 0]
        loss = nn.functional.mse_loss(value, wanted)
        self.optimizer.zero_grad()
        loss.backward()
        self.optimizer.step()

    def train(self, slices):
        log = program.Log(slices)
        for number in range(1, slices * program.SLICE + 1):
            self.step()
            if number > program.LEARNING_STARTS and number % program.TRAIN_EVERY == 0:
                start = time.perf_counter()
                self.update()
                log.updated(start)
            if number % program.TARGET_EVERY == 0:
                self.target.load_state_dict(self.q.state_dict())
            log.step()
        return log


def main():
    args = program.parser(__doc__).parse_args()
    torch.manual_seed(args.seed)
    torch.set_num_threads(args.threads)
    log = Dqn(args.seed).train(args.slices)
    log.print(versions={name: metadata.version(name) for name in ("torch", "gymnasium", "numpy")})


if __name__ == "__main__":
    main()
