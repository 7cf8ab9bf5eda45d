"""SAC in PyTorch as one would write it today, over one of Gymnasium's environments, on the CPU.

The loop and defaults of CleanRL's SAC: networks of 2 x 256 ReLU units, two critics, a batch of 256 after every env
step, the policy learnt at every second update and then twice, the temperature from actions drawn afresh. Unlike there,
the temperature stays a tensor, and the policy's loss has no gradients for the critics. Prints one JSON line.

  python torch_sac.py --slices 40 --threads 1 --compile
"""

import time
from importlib import metadata

import numpy as np
import torch
from torch import nn

import sac_program as program
import slices
from torch_replay import Replay

LOG_STD_MIN, LOG_STD_MAX = -5, 2


def network(inputs, outputs):
    first, second = program.HIDDEN
    hidden = (nn.Linear(inputs, first), nn.ReLU(), nn.Linear(first, second), nn.ReLU())
    return nn.Sequential(*hidden, nn.Linear(second, outputs))


class Actor(nn.Module):
    """Gaussian actions, squashed into the bounds of the environment's."""

    def __init__(self, obs_dim, space):
        super().__init__()
        self.network = network(obs_dim, 2 * space.shape[0])  # means, then log standard deviations
        low, high = (torch.as_tensor(bound, dtype=torch.float32) for bound in (space.low, space.high))
        self.register_buffer("scale", (high - low) / 2)
        self.register_buffer("bias", (high + low) / 2)

    def forward(self, obs):
        """Actions drawn for rows of observations, and their log-probabilities."""
        mean, log_std = self.network(obs).chunk(2, 1)
        log_std = LOG_STD_MIN + 0.5 * (LOG_STD_MAX - LOG_STD_MIN) * (torch.tanh(log_std) + 1)
        normal = torch.distributions.Normal(mean, log_std.exp(), validate_args=False)
        drawn = normal.rsample()
        squashed = torch.tanh(drawn)
        log_prob = normal.log_prob(drawn) - torch.log(self.scale * (1 - squashed**2) + 1e-6)
        return squashed * self.scale + self.bias, log_prob.sum(1)


class Critics(nn.Module):
    """Two critics of observations and actions."""

    def __init__(self, obs_dim, act_dim):
        super().__init__()
        self.both = nn.ModuleList(network(obs_dim + act_dim, 1) for _ in range(2))

    def forward(self, obs, action):
        rows = torch.cat((obs, action), 1)
        return [critic(rows)[:, 0] for critic in self.both]


class Sac:
    """Steps of one environment, and an update after each."""

    def __init__(self, seed, compiled):
        self.replay = Replay(program, seed)
        obs_dim, space = self.replay.obs_dim, self.replay.space
        self.actor = Actor(obs_dim, space)
        self.critics, self.targets = (Critics(obs_dim, space.shape[0]) for _ in range(2))
        self.targets.load_state_dict(self.critics.state_dict())
        self.log_alpha, self.target_entropy = torch.zeros((), requires_grad=True), -float(np.prod(space.shape))
        self.critic_parameters, self.target_parameters = (
            list(critics.parameters()) for critics in (self.critics, self.targets)
        )
        self.actor_parameters = list(self.actor.parameters())
        self.critic_optimizer = torch.optim.Adam(self.critic_parameters, lr=program.Q_LEARNING_RATE, fused=True)
        self.actor_optimizer = torch.optim.Adam(self.actor_parameters, lr=program.POLICY_LEARNING_RATE, fused=True)
        self.alpha_optimizer = torch.optim.Adam([self.log_alpha], lr=program.Q_LEARNING_RATE, fused=True)
        if compiled:  # Adam's step is one kernel as it is
            torch._inductor.config.compile_threads = 1  # in this process, whose time is taken
            torch._dynamo.config.trace_autograd_ops = True  # so that a loss and its gradients become one graph
            for name in ("critic_gradients", "policy_gradients", "alpha_gradients"):
                setattr(self, name, torch.compile(getattr(self, name)))

    def act(self):
        if self.replay.added < program.LEARNING_STARTS:
            return self.replay.envs.action_space.sample()
        with torch.no_grad():
            return self.actor(torch.from_numpy(self.replay.obs))[0].numpy()

    def critic_gradients(self, obs, next_obs, action, reward, terminated):
        with torch.no_grad():
            next_action, next_log_prob = self.actor(next_obs)
            next_value = torch.min(*self.targets(next_obs, next_action)) - self.log_alpha.exp() * next_log_prob
            wanted = reward + program.GAMMA * next_value * (1 - terminated)
        loss = sum(nn.functional.mse_loss(value, wanted) for value in self.critics(obs, action))
        return torch.autograd.grad(loss, self.critic_parameters)

    def policy_gradients(self, obs):
        action, log_prob = self.actor(obs)
        loss = (self.log_alpha.exp().detach() * log_prob - torch.min(*self.critics(obs, action))).mean()
        return torch.autograd.grad(loss, self.actor_parameters)

    def alpha_gradients(self, obs):
        with torch.no_grad():
            _, log_prob = self.actor(obs)
        loss = (-self.log_alpha.exp() * (log_prob + self.target_entropy)).mean()
        return torch.autograd.grad(loss, [self.log_alpha])

    @staticmethod
    def descend(optimizer, gradients):
        for parameter, gradient in zip(optimizer.param_groups[0]["params"], gradients):
            parameter.grad = gradient
        optimizer.step()

    def update(self, number):
        batch = self.replay.sample()
        obs = batch[0]
        self.descend(self.critic_optimizer, self.critic_gradients(*batch))
        if number % program.POLICY_EVERY == 0:
            for _ in range(program.POLICY_EVERY):
                self.descend(self.actor_optimizer, self.policy_gradients(obs))
                self.descend(self.alpha_optimizer, self.alpha_gradients(obs))
        with torch.no_grad():
            torch._foreach_lerp_(self.target_parameters, self.critic_parameters, program.TAU)

    def train(self, count):
        log = slices.Log(program, count)
        for number in range(1, count * program.SLICE_STEPS + 1):
            self.replay.step(self.act())
            if number > program.LEARNING_STARTS:
                start = time.perf_counter()
                self.update(number)
                log.updated(start)
            log.step()
        return log


def main():
    parser = slices.parser(program, __doc__)
    parser.add_argument("--compile", action="store_true", help="losses and gradients, by torch.compile")
    args = parser.parse_args()
    torch.manual_seed(args.seed)
    torch.set_num_threads(args.threads)
    log = Sac(args.seed, args.compile).train(args.slices)
    log.print(versions={name: metadata.version(name) for name in ("torch", "gymnasium", "numpy")})


if __name__ == "__main__":
    main()
