"""One of Gymnasium's environments, and its latest transitions, to be sampled uniformly: what DQN and SAC learn from."""

import gymnasium
import numpy as np
import torch


class Replay:
    """A ring of NumPy arrays with a row for each transition."""

    def __init__(self, program, seed):
        self.program = program
        self.envs = gymnasium.vector.SyncVectorEnv(
            [lambda: gymnasium.wrappers.RecordEpisodeStatistics(gymnasium.make(program.TASK))],
            autoreset_mode=gymnasium.vector.AutoresetMode.SAME_STEP,
        )
        self.space, rows = self.envs.single_action_space, program.BUFFER
        self.obs_dim = self.envs.single_observation_space.shape[0]
        self.kept_obs, self.kept_next_obs = (np.zeros((rows, self.obs_dim), np.float32) for _ in range(2))
        self.kept_action = np.zeros((rows, *self.space.shape), self.space.dtype)
        self.kept_reward, self.kept_terminated = np.zeros((2, rows), np.float32)
        self.random, self.added = np.random.default_rng(seed), 0
        self.envs.action_space.seed(seed)
        first, _ = self.envs.reset(seed=seed)
        self.obs = np.asarray(first, np.float32)

    def step(self, action):
        """Steps the environment, keeps the transition, and leaves the next observation."""
        obs, reward, terminated, truncated, info = self.envs.step(action)
        # where an episode ends, obs is the first of the next one
        next_obs = info["final_obs"][0] if terminated[0] or truncated[0] else obs[0]
        row = self.added % self.program.BUFFER
        self.kept_obs[row], self.kept_next_obs[row], self.kept_action[row] = self.obs[0], next_obs, action[0]
        self.kept_reward[row], self.kept_terminated[row] = reward[0], terminated[0]
        self.added += 1
        self.obs = np.asarray(obs, np.float32)

    def sample(self):
        """A batch: observations, next observations, actions, rewards, and whether those were the last."""
        rows = self.random.integers(min(self.added, self.program.BUFFER), size=self.program.BATCH)
        kept = (self.kept_obs, self.kept_next_obs, self.kept_action, self.kept_reward, self.kept_terminated)
        return [torch.from_numpy(column[rows]) for column in kept]
