"""SBX's DQN, on the CPU, with the hyper-parameters of the other programs: Stable-Baselines3's loop, updates by JAX.

SBX's own network has layers of one width, so that of the others is defined here. Its loss is Huber's, and cannot be
another. Prints one JSON line.

  python sbx_dqn.py --slices 40 --threads 1
"""

import os
from importlib import metadata

import dqn_program as program

ONE_THREAD = "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"


def policy():
    """SBX's policy with the network of the other programs; JAX reads its environment once it is imported."""
    import jax
    import optax
    from flax import linen
    from sbx.common.type_aliases import RLTrainState
    from sbx.dqn.policies import DQNPolicy

    class Network(linen.Module):
        actions: int

        @linen.compact
        def __call__(self, x):
            for width in program.HIDDEN:
                x = linen.relu(linen.Dense(width)(x))
            return linen.Dense(self.actions)(x)

    class Policy(DQNPolicy):
        def build(self, key, lr_schedule):
            key, own = jax.random.split(key)
            self.qf = Network(int(self.action_space.n))
            first, copy = (self.qf.init(own, self.observation_space.sample()[None]) for _ in range(2))
            rate = optax.adam(lr_schedule(1))
            self.qf_state = RLTrainState.create(apply_fn=self.qf.apply, params=first, target_params=copy, tx=rate)
            return key

    return Policy


def main():
    args = program.parser(__doc__).parse_args()
    os.environ["JAX_PLATFORMS"] = "cpu"
    if args.threads == 1:
        os.environ["XLA_FLAGS"] = ONE_THREAD
    import sb3_program
    import torch
    from sbx import DQN

    torch.set_num_threads(args.threads)
    log = sb3_program.train(DQN, policy(), args)
    names = ("sbx-rl", "jax", "flax", "stable-baselines3", "torch", "gymnasium")
    log.print(versions={name: metadata.version(name) for name in names})


if __name__ == "__main__":
    main()
