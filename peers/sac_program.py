"""What the SAC programs have in common: the task, the hyper-parameters, and how a run is cut."""

ALGO, TASK = "sac", "Hopper-v5"
# CleanRL's, and those of Stride's preset `cleanrl`
HIDDEN, BATCH, BUFFER = (256, 256), 256, 1_000_000
POLICY_LEARNING_RATE, Q_LEARNING_RATE, GAMMA, TAU = 3e-4, 1e-3, 0.99, 0.005
TRAIN_EVERY, POLICY_EVERY = 1, 2
LEARNING_STARTS = 1000  # not CleanRL's 5000: no program is measured before
SLICE_STEPS = 50  # env steps: a second or two of PyTorch
STRIDE_SLICE_STEPS = 100


def sb3_arguments():
    """The hyper-parameters as Stable-Baselines3 calls them, and SBX."""
    return {
        "learning_rate": POLICY_LEARNING_RATE,
        "buffer_size": BUFFER,
        "learning_starts": LEARNING_STARTS,
        "batch_size": BATCH,
        "gamma": GAMMA,
        "tau": TAU,
        "train_freq": TRAIN_EVERY,
        "gradient_steps": 1,
        "policy_kwargs": {"net_arch": list(HIDDEN)},
    }
