"""What Stable-Baselines3's DQN and SBX's have in common: SBX keeps to the other's arguments and callbacks."""

import time

from stable_baselines3.common.callbacks import BaseCallback

import dqn_program as program


class Watch(BaseCallback):
    """Logs every env step."""

    def __init__(self, log):
        super().__init__()
        self.log = log

    def _on_training_start(self):
        self.log.start = time.perf_counter()

    def _on_step(self):
        self.log.step()
        return True


def train(algorithm, policy, args, **others):
    """Trains by a class of either; returns the log."""
    log = program.Log(args.slices)

    class Timed(algorithm):
        def train(self, *words, **options):
            start = time.perf_counter()
            super().train(*words, **options)
            log.updated(start)

    model = Timed(
        policy,
        program.TASK,
        learning_rate=program.LEARNING_RATE,
        buffer_size=program.BUFFER,
        learning_starts=program.LEARNING_STARTS,
        batch_size=program.BATCH,
        gamma=program.GAMMA,
        train_freq=program.TRAIN_EVERY,
        gradient_steps=1,
        target_update_interval=program.TARGET_EVERY,
        exploration_initial_eps=program.EPSILON,
        exploration_final_eps=program.EPSILON,
        seed=args.seed,
        device="cpu",
        **others,
    )
    model.learn(args.slices * program.SLICE, callback=Watch(log))
    return log
