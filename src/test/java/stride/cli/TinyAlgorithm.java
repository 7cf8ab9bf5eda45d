package stride.cli;

import java.util.List;

/**
 * Algorithms with options that make an iteration some milliseconds, even where nothing is compiled
 * yet: few env steps, on the backend that is plain Java. The network is for who uses them to say.
 */
enum TinyAlgorithm {
  PPO(32, "--backend=reference --num-envs=2 --num-steps=16 --num-minibatches=1 --update-epochs=1"),

  /** Four rounds of a short rollout and one step. */
  A2C(
      32,
      "--algo=a2c --preset=sb3 --backend=reference --num-envs=2 --num-steps=4",
      "--steps-per-iteration=32"),

  /** Iterations in which no episode ends, and so nothing is learnt, are among its first. */
  REINFORCE(
      32,
      "--algo=reinforce --preset=classic --backend=reference --num-envs=2 --num-steps=4",
      "--steps-per-iteration=32 --episodes-per-update=2 --baseline"),

  /** Its memory holds 62 iterations, and a checkpoint follows every 20th: the journal has files. */
  DQN(
      32,
      "--algo=dqn --preset=cleanrl --backend=reference --num-envs=2 --steps-per-iteration=32",
      "--train-frequency=8 --batch-size=4 --learning-starts=64 --buffer-size=2000",
      "--target-network-frequency=24"),

  /** All that a memory with priorities adds, rewards of several steps, and evaluations. */
  PRIORITIZED(
      32,
      "--algo=dqn --preset=cleanrl --backend=reference --num-envs=2 --steps-per-iteration=32",
      "--train-frequency=8 --gradient-steps=2 --batch-size=4 --learning-starts=64",
      "--buffer-size=2000 --prioritized-replay --n-step=3 --double-q --tau=0.1",
      "--eval-every=40 --eval-episodes=1"),

  /** Its journal is what takes room on the disk: 360 kB with every checkpoint. */
  LARGE_JOURNAL(
      640,
      "--algo=dqn --preset=cleanrl --backend=reference --num-envs=2 --steps-per-iteration=640",
      "--train-frequency=32 --batch-size=4 --learning-starts=64 --buffer-size=100000"),

  /** More steps, since each takes less than a microsecond. */
  QTABLE(2048, "--algo=qtable --num-envs=2 --steps-per-iteration=2048 --eval-every=0");

  private final int envSteps;
  private final String options;

  TinyAlgorithm(int envSteps, String... options) {
    this.envSteps = envSteps;
    this.options = String.join(" ", options);
  }

  /** Of an iteration. */
  int envSteps() {
    return envSteps;
  }

  /** As flags. */
  List<String> options() {
    return List.of(options.split(" "));
  }
}
