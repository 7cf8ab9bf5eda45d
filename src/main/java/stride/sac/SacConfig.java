package stride.sac;

/**
 * The configuration of SAC apart from task, network, memory and threads; {@link SacOptions#config}
 * checks the numbers.
 *
 * @param seed of samples and noise
 * @param initSeed of the first parameters
 * @param batches what is sampled
 * @param rates how parameters step
 * @param policy when the policy learns
 * @param temperature what entropy is worth
 * @param following how the target critics follow
 * @param start how actions begin
 */
record SacConfig(
    long seed,
    long initSeed,
    Batches batches,
    Rates rates,
    PolicySteps policy,
    Temperature temperature,
    Following following,
    Start start) {

  /**
   * What is sampled.
   *
   * @param size B, rows of a batch
   * @param parts that a batch is cut into, in [1, B]
   * @param nStep steps whose rewards make up a row's
   * @param gamma discount of a step
   */
  record Batches(int size, int parts, int nStep, double gamma) {
    /** The rows of the longest part. */
    int mostRows() {
      return Math.ceilDiv(size, parts);
    }
  }

  /**
   * How parameters step, by Adam.
   *
   * @param policy learning rate of the policy, at the start of the run
   * @param critics of the critics and of the temperature
   * @param eps of Adam's denominator
   */
  record Rates(double policy, double critics, double eps) {}

  /**
   * When the policy learns: every so many updates, and then as many times.
   *
   * @param frequency updates of the critics between
   */
  record PolicySteps(int frequency) {
    /** How many steps the policy makes in an update, numbered from 0. */
    int in(long update) {
      return (update + 1) % frequency == 0 ? frequency : 0;
    }

    /** The number of the first of them, from 0. */
    long first(long update) {
      return update + 1 - frequency;
    }
  }

  /**
   * What entropy is worth.
   *
   * @param alpha the temperature, where it is not learnt
   * @param autotune whether it is learnt, from 1 on
   * @param targetEntropy what entropy is wanted
   * @param fresh whether it is learnt from actions that the policy draws after its step, and not
   *     from those that the step was made by
   */
  record Temperature(double alpha, boolean autotune, double targetEntropy, boolean fresh) {}

  /**
   * How the target critics follow.
   *
   * @param frequency updates between two times
   * @param tau the share of the way; 1 copies
   */
  record Following(int frequency, double tau) {
    /** Whether they follow after an update, numbered from 0. */
    boolean after(long update) {
      return (update + 1) % frequency == 0;
    }
  }

  /**
   * How actions begin.
   *
   * @param numEnvs N
   * @param randomSteps env steps of all environments whose actions are uniform
   */
  record Start(int numEnvs, long randomSteps) {
    /** Whether a step of all environments is random. */
    boolean random(long step) {
      return step * numEnvs < randomSteps;
    }
  }
}
