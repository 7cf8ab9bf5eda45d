"""What the A2C programs have in common: the task, the hyper-parameters, and how a run is cut."""

ALGO, TASK = "a2c", "CartPole-v1"
ENVS, STEPS, HIDDEN = 16, 5, (64, 64)
# Stable-Baselines3's defaults, and those of Stride's preset `sb3`; the value loss is the mean squared error
LEARNING_RATE, GAMMA, VALUE_COEFFICIENT, GRADIENT_NORM = 7e-4, 0.99, 0.5, 0.5
RMSPROP_DECAY, RMSPROP_EPSILON = 0.99, 1e-5
TRAIN_EVERY = LEARNING_STARTS = ENVS * STEPS  # env steps of all environments
SLICE_STEPS = 20 * TRAIN_EVERY  # half a second or so of PyTorch
STRIDE_SLICE_STEPS = 500 * TRAIN_EVERY
