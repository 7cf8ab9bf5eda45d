package stride.random;

/**
 * What random numbers are for; numbers of different purposes are independent.
 *
 * <p>The codes are part of every result: never change or reuse one.
 */
public enum Purpose {
  /** State noise at the start of an episode; index environment, position episode. */
  RESET(1),
  /** Action sampling; index environment, position step. */
  ACTION(2),
  /** Initial parameters; index tensor, position 0. */
  PARAMETERS(3),
  /** Order of rows in minibatches; index 0, position epoch. */
  SHUFFLE(4),
  /** Actions of the steps before the first update; index environment, position step. */
  SEEDING(5),
  /** Data of benchmarks and tests; index and position as they like. */
  BENCHMARK(6),
  /** Which returns a bootstrap draws again; index arm, position resample. */
  RESAMPLING(7),
  /** Configurations of a search; index configuration, position option. */
  SEARCH(8),
  /** Whether an action explores, and which it then is; index environment, position step. */
  EXPLORATION(9),
  /** Rows of a batch drawn from a memory; index row of the batch, position update. */
  SAMPLE(10),
  /** Noise of a target's actions; index row of the batch, position update. */
  TARGET_NOISE(11),
  /** Noise of a policy's actions in an update; index row of the batch, position update. */
  POLICY_NOISE(12),
  /** Seeds of evaluations during training; index 0, position evaluation. */
  EVALUATION(13);

  private final int code;

  Purpose(int code) {
    this.code = code;
  }

  /** What stands for the purpose in a counter, on every device: a number above 0. */
  public int code() {
    return code;
  }

  /** Word 3 of the counter: the purpose in the top byte, the block below it. */
  int counterWord(int block) {
    return code << 24 | block;
  }
}
