"""PPO in PyTorch as one would write it today, over EnvPool's or Gymnasium's vector of environments, on the CPU.

The algorithm and defaults of CleanRL's continuous PPO: separate 2 x 64 tanh networks, one log standard deviation per
action, advantages normalised per minibatch, clipped values, gradients clipped to a norm of 0.5, a learning rate that
falls linearly. Observations and rewards are normalised by one running statistic for all environments. Every row of a
rollout counts as an env step, those included that EnvPool spends on resets. Prints one JSON line.

  python torch_ppo.py --vec envpool --task Hopper-v5 --envs 64 --steps 128 --threads 2 --env-threads 2 --compile
"""

import time
from importlib import metadata

import numpy as np
import torch
from torch import nn

import ppo_program as program
from ppo_program import CLIP, GAMMA, LAMBDA

HALF_LOG_2PI = 0.9189385332046727


class RunningStat:
    """Running mean and variance over the first axis (Chan's parallel update)."""

    def __init__(self, shape):
        self.mean, self.var, self.count = np.zeros(shape), np.ones(shape), 1e-4

    def update(self, x):
        n, mean, var = len(x), x.mean(0), x.var(0)
        delta, total = mean - self.mean, self.count + n
        m2 = self.var * self.count + var * n + delta**2 * self.count * n / total
        self.mean, self.var, self.count = self.mean + delta * n / total, m2 / total, total


class Envs:
    """A vector of environments with normalised observations and rewards."""

    def __init__(self, kind, task, envs, seed, threads):
        if kind == "envpool":
            import envpool

            self.vector = envpool.make(task, env_type="gymnasium", num_envs=envs, seed=seed, num_threads=threads)
            self.space, observations = self.vector.action_space, self.vector.observation_space
            first, _ = self.vector.reset()
        else:
            import gymnasium

            self.vector = gymnasium.vector.SyncVectorEnv(
                [lambda: gymnasium.make(task)] * envs, autoreset_mode=gymnasium.vector.AutoresetMode.SAME_STEP
            )
            self.space, observations = self.vector.single_action_space, self.vector.single_observation_space
            first, _ = self.vector.reset(seed=seed)
        self.obs_dim, self.act_dim = observations.shape[0], self.space.shape[0]
        self.obs_stat, self.return_stat, self.discounted = RunningStat(self.obs_dim), RunningStat(()), np.zeros(envs)
        self.returns, self.finished = np.zeros(envs), []  # of episodes, undiscounted
        self.obs, self.done = self.normalised(first), torch.zeros(envs)

    def normalised(self, obs):
        self.obs_stat.update(obs)
        scaled = (obs - self.obs_stat.mean) / np.sqrt(self.obs_stat.var + 1e-8)
        return torch.as_tensor(np.clip(scaled, -10, 10), dtype=torch.float32)

    def step(self, action):
        """Steps all environments, leaving their observations and which have ended; returns the scaled rewards."""
        clipped = np.clip(action.numpy(), self.space.low, self.space.high)
        obs, reward, terminated, truncated = self.vector.step(clipped)[:4]
        ended = terminated | truncated
        self.returns += reward
        self.finished += self.returns[ended].tolist()
        self.discounted = self.discounted * GAMMA + reward
        self.return_stat.update(self.discounted)
        self.returns[ended] = self.discounted[ended] = 0
        self.obs, self.done = self.normalised(obs), torch.as_tensor(ended, dtype=torch.float32)
        return torch.as_tensor(np.clip(reward / np.sqrt(self.return_stat.var + 1e-8), -10, 10))


def layer(inputs, outputs, scale):
    linear = nn.Linear(inputs, outputs)
    nn.init.orthogonal_(linear.weight, scale)
    nn.init.zeros_(linear.bias)
    return linear


def network(inputs, outputs, last_scale):
    root2 = 2**0.5
    hidden = (layer(inputs, 64, root2), nn.Tanh(), layer(64, 64, root2), nn.Tanh())
    return nn.Sequential(*hidden, layer(64, outputs, last_scale))


class Agent(nn.Module):
    def __init__(self, obs_dim, act_dim):
        super().__init__()
        self.critic, self.actor = network(obs_dim, 1, 1.0), network(obs_dim, act_dim, 0.01)
        self.logstd = nn.Parameter(torch.zeros(act_dim))

    def log_prob(self, mean, action):
        return (-0.5 * ((action - mean) / self.logstd.exp()) ** 2 - self.logstd - HALF_LOG_2PI).sum(1)

    def act(self, obs):
        mean = self.actor(obs)
        action = mean + self.logstd.exp() * torch.randn_like(mean)
        return action, self.log_prob(mean, action), self.critic(obs)[:, 0]

    def loss(self, obs, action, logp_old, advantage, target, value_old):
        ratio = (self.log_prob(self.actor(obs), action) - logp_old).exp()
        advantage = (advantage - advantage.mean()) / (advantage.std() + 1e-8)
        policy = torch.max(-advantage * ratio, -advantage * ratio.clamp(1 - CLIP, 1 + CLIP)).mean()
        value = self.critic(obs)[:, 0]
        clipped = value_old + (value - value_old).clamp(-CLIP, CLIP)
        value_loss = 0.5 * torch.max((value - target) ** 2, (clipped - target) ** 2).mean()
        return policy + program.VALUE_COEFFICIENT * value_loss


def advantages(rewards, values, dones, last_value, last_done):
    """Generalised advantage estimates [T, N], backwards in time."""
    result, carried = torch.zeros_like(rewards), 0
    next_value, goes_on = last_value, 1 - last_done
    for t in reversed(range(len(rewards))):
        delta = rewards[t] + GAMMA * next_value * goes_on - values[t]
        result[t] = carried = delta + GAMMA * LAMBDA * goes_on * carried
        next_value, goes_on = values[t], 1 - dones[t]
    return result


class Ppo:
    """Iterations of a rollout, T steps of N environments, and an update."""

    def __init__(self, args):
        self.args, self.envs = args, Envs(args.vec, args.task, args.envs, args.seed, args.env_threads)
        self.agent = Agent(self.envs.obs_dim, self.envs.act_dim)
        self.parameters = list(self.agent.parameters())
        self.minibatch = self.descend
        if args.compile:  # what acts would gain less than a hundredth of an iteration
            torch._inductor.config.compile_threads = 1  # in this process, whose time is taken
            torch._dynamo.config.trace_autograd_ops = True  # so that all of a minibatch becomes one graph
            self.minibatch = torch.compile(self.minibatch)
        # compiled, Adam is fused by the compiler, and a rate that is no tensor would be compiled anew when it changes
        rate = torch.tensor(program.LEARNING_RATE) if args.compile else program.LEARNING_RATE
        self.optimizer = torch.optim.Adam(self.parameters, lr=rate, eps=1e-5, fused=not args.compile)
        shapes = {"obs": (self.envs.obs_dim,), "action": (self.envs.act_dim,)}
        names = ("obs", "action", "logp", "reward", "done", "value")
        self.rows = {name: torch.zeros(args.steps, args.envs, *shapes.get(name, ())) for name in names}

    @torch.no_grad()
    def rollout(self):
        rows, envs = self.rows, self.envs
        for t in range(self.args.steps):
            action, logp, value = self.agent.act(envs.obs)
            rows["obs"][t], rows["done"][t] = envs.obs, envs.done
            rows["action"][t], rows["logp"][t], rows["value"][t] = action, logp, value
            rows["reward"][t] = envs.step(action)

    @torch.no_grad()
    def batch(self):
        """What the update learns from: tensors with one row per env step."""
        rows, envs = self.rows, self.envs
        last_value = self.agent.critic(envs.obs)[:, 0]
        advantage = advantages(rows["reward"], rows["value"], rows["done"], last_value, envs.done)
        parts = (rows["obs"], rows["action"], rows["logp"], advantage, advantage + rows["value"], rows["value"])
        return [part.flatten(0, 1) for part in parts]

    def descend(self, batch, chosen):
        """One step down the gradient of the loss on the chosen rows."""
        gradients = torch.autograd.grad(self.agent.loss(*(part[chosen] for part in batch)), self.parameters)
        for parameter, gradient in zip(self.parameters, gradients):
            parameter.grad = gradient
        nn.utils.clip_grad_norm_(self.parameters, program.GRADIENT_NORM)
        self.optimizer.step()

    def update(self, batch):
        for _ in range(program.EPOCHS):
            for chosen in torch.randperm(len(batch[0])).chunk(program.MINIBATCHES):
                self.minibatch(batch, chosen)

    def train(self):
        log = program.Log(self.args.iterations)
        for iteration in range(self.args.iterations):
            rate = program.LEARNING_RATE * (1 - iteration / self.args.iterations)
            for group in self.optimizer.param_groups:
                group["lr"] = torch.tensor(rate) if self.args.compile else rate
            self.rollout()
            batch = self.batch()
            update_start = time.perf_counter()
            self.update(batch)
            log.iteration(update_start)
        return log


def main():
    parser = program.parser(__doc__)
    parser.add_argument("--vec", choices=("envpool", "gymnasium"), required=True)
    parser.add_argument("--env-threads", type=int, default=1, help="for EnvPool")
    parser.add_argument("--compile", action="store_true", help="all that a minibatch does, by torch.compile")
    args = parser.parse_args()
    torch.manual_seed(args.seed)
    torch.set_num_threads(args.threads)
    ppo = Ppo(args)
    log = ppo.train()
    returns = ppo.envs.finished[-100:]
    log.print(
        return_mean_last_100=sum(returns) / len(returns) if returns else None,
        versions={name: metadata.version(name) for name in ("torch", args.vec, "numpy")},
    )


if __name__ == "__main__":
    main()
