"""A2C in PyTorch as one would write it today, over Gymnasium's vector of environments, on the CPU.

The form of CleanRL's PPO with one epoch, one minibatch and no clip, and the hyper-parameters of Stable-Baselines3's
A2C: separate 2 x 64 tanh networks, n-step returns, RMSprop, gradients clipped to a norm of 0.5. As in CleanRL, a
truncated episode counts as terminated. Prints one JSON line.

  python torch_a2c.py --slices 40 --threads 1
"""

import time
from importlib import metadata

import gymnasium
import torch
from torch import nn
from torch.distributions import Categorical

import a2c_program as program
import slices
from torch_ppo import layer


def network(inputs, outputs, last_scale):
    root2, (first, second) = 2**0.5, program.HIDDEN
    hidden = (layer(inputs, first, root2), nn.Tanh(), layer(first, second, root2), nn.Tanh())
    return nn.Sequential(*hidden, layer(second, outputs, last_scale))


class A2c:
    """Rollouts of a few steps of all environments, and an update after each."""

    def __init__(self, seed):
        self.envs = gymnasium.vector.SyncVectorEnv(
            [lambda: gymnasium.wrappers.RecordEpisodeStatistics(gymnasium.make(program.TASK))] * program.ENVS,
            autoreset_mode=gymnasium.vector.AutoresetMode.SAME_STEP,
        )
        obs_dim, actions = self.envs.single_observation_space.shape[0], int(self.envs.single_action_space.n)
        self.actor, self.critic = network(obs_dim, actions, 0.01), network(obs_dim, 1, 1.0)
        self.parameters = [*self.actor.parameters(), *self.critic.parameters()]
        self.optimizer = torch.optim.RMSprop(
            self.parameters, lr=program.LEARNING_RATE, alpha=program.RMSPROP_DECAY, eps=program.RMSPROP_EPSILON
        )
        self.obs = torch.zeros(program.STEPS, program.ENVS, obs_dim)
        self.action = torch.zeros(program.STEPS, program.ENVS, dtype=torch.int64)
        self.reward, self.goes_on = torch.zeros(2, program.STEPS, program.ENVS)
        first, _ = self.envs.reset(seed=seed)
        self.next_obs = torch.as_tensor(first)

    @torch.no_grad()
    def rollout(self, log):
        for t in range(program.STEPS):
            self.obs[t] = self.next_obs
            self.action[t] = Categorical(logits=self.actor(self.next_obs)).sample()
            obs, reward, terminated, truncated, _ = self.envs.step(self.action[t].numpy())
            self.next_obs, self.reward[t] = torch.as_tensor(obs), torch.as_tensor(reward)
            self.goes_on[t] = torch.as_tensor(~(terminated | truncated))
            log.step(program.ENVS)

    @torch.no_grad()
    def returns(self):
        """Discounted rewards and the value of what follows them [T, N], backwards in time."""
        result, following = torch.zeros_like(self.reward), self.critic(self.next_obs)[:, 0]
        for t in reversed(range(program.STEPS)):
            result[t] = following = self.reward[t] + program.GAMMA * self.goes_on[t] * following
        return result

    def update(self):
        wanted, obs = self.returns().flatten(), self.obs.flatten(0, 1)
        value = self.critic(obs)[:, 0]
        log_prob = Categorical(logits=self.actor(obs)).log_prob(self.action.flatten())
        policy_loss = -((wanted - value.detach()) * log_prob).mean()
        loss = policy_loss + program.VALUE_COEFFICIENT * nn.functional.mse_loss(value, wanted)
        self.optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(self.parameters, program.GRADIENT_NORM)
        self.optimizer.step()

    def train(self, count):
        log = slices.Log(program, count)
        while log.steps < count * program.SLICE_STEPS:
            self.rollout(log)
            start = time.perf_counter()
            self.update()
            log.updated(start)
        return log


def main():
    args = slices.parser(program, __doc__).parse_args()
    torch.manual_seed(args.seed)
    torch.set_num_threads(args.threads)
    log = A2c(args.seed).train(args.slices)
    log.print(versions={name: metadata.version(name) for name in ("torch", "gymnasium", "numpy")})


if __name__ == "__main__":
    main()
