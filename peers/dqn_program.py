"""What the DQN programs have in common: the task, the hyper-parameters, and how a run is cut."""

ALGO, TASK = "dqn", "CartPole-v1"
# CleanRL's, and those of Stride's preset `cleanrl`
HIDDEN, BATCH, BUFFER = (120, 84), 128, 10_000
LEARNING_RATE, GAMMA, TRAIN_EVERY, TARGET_EVERY = 2.5e-4, 0.99, 10, 500
# not CleanRL's: its runs learn after 10,000 steps, and have this epsilon from their middle on
LEARNING_STARTS, EPSILON = 1000, 0.05
SLICE_STEPS = 500  # env steps: short, for the median over slices
STRIDE_SLICE_STEPS = 5000  # as long as a few of the others' in seconds


def sb3_arguments():
    """The hyper-parameters as Stable-Baselines3 calls them, and SBX."""
    return {
        "learning_rate": LEARNING_RATE,
        "buffer_size": BUFFER,
        "learning_starts": LEARNING_STARTS,
        "batch_size": BATCH,
        "gamma": GAMMA,
        "train_freq": TRAIN_EVERY,
        "gradient_steps": 1,
        "target_update_interval": TARGET_EVERY,
        "exploration_initial_eps": EPSILON,
        "exploration_final_eps": EPSILON,
    }
