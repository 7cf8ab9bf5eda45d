"""SBX's DQN, on the CPU, with the hyper-parameters of the other programs: Stable-Baselines3's loop, updates by JAX.

SBX's own network has layers of one width, so that of the others is defined here. Its loss is Huber's, and cannot be
another. Prints one JSON line.

  python sbx_dqn.py --slices 40 --threads 1
"""

import dqn_program as program
import sbx_program
import slices


def policy():
    """SBX's policy with the network of the other programs."""
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
    args = slices.parser(program, __doc__).parse_args()
    sbx_program.prepare(args.threads)
    import sb3_program
    from sbx import DQN

    log = sb3_program.train(DQN, policy(), program.TASK, program, args, **program.sb3_arguments())
    log.print(versions=sbx_program.versions())


if __name__ == "__main__":
    main()
