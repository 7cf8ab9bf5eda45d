package stride.dqn;

import stride.learn.EpsilonSchedule;
import stride.nn.Initialization;
import stride.optim.OptimizerKind;

/**
 * The configuration of DQN apart from task, network, memory and threads; {@link DqnOptions#config}
 * checks the numbers.
 *
 * @param seed of samples and exploration
 * @param initSeed of the first parameters
 * @param initialization of the first parameters
 * @param batches what is sampled
 * @param loss what an error costs
 * @param doubleQ whether the learnt network chooses the next action that the target network judges
 * @param step how parameters step
 * @param following how the target network follows
 * @param exploration how actions are chosen
 */
record DqnConfig(
    long seed,
    long initSeed,
    Initialization initialization,
    Batches batches,
    TdLoss loss,
    boolean doubleQ,
    Step step,
    Following following,
    Exploration exploration) {

  /**
   * What is sampled.
   *
   * @param size B, rows of a batch
   * @param parts that a batch is cut into, in [1, B]
   * @param nStep steps whose rewards make up a row's
   * @param gamma discount of a step
   * @param priorities null where all transitions are alike
   */
  record Batches(int size, int parts, int nStep, double gamma, Priorities priorities) {
    /** The rows of the longest part. */
    int mostRows() {
      return Math.ceilDiv(size, parts);
    }
  }

  /**
   * How much errors weigh in sampling.
   *
   * @param alpha the power of an error that is its priority
   * @param beta how much of the bias the weights take back
   */
  record Priorities(double alpha, double beta) {}

  /**
   * How parameters step.
   *
   * @param optimizer its kind
   * @param eps of its denominator
   * @param learningRate at the start of the run
   * @param annealLr whether it falls linearly to 0 over the run
   * @param maxGradNorm infinity for none
   */
  record Step(
      OptimizerKind optimizer,
      double eps,
      double learningRate,
      boolean annealLr,
      double maxGradNorm) {}

  /**
   * How the target network follows.
   *
   * @param numEnvs N
   * @param trainFrequency env steps of a round, of all environments together
   * @param gradientSteps updates of a round
   * @param frequency env steps between two times
   * @param tau the share of the way; 1 copies
   */
  record Following(int numEnvs, int trainFrequency, int gradientSteps, int frequency, double tau) {
    /** Whether an update, numbered from 0, is the first of its round. */
    boolean begins(long number) {
      return number % gradientSteps == 0;
    }

    /**
     * How often it follows after an update: once for each multiple of the frequency among the env
     * steps of the round, after the round's last update.
     *
     * @param number of the update, from 0
     * @param steps of each environment so far
     */
    long times(long number, long steps) {
      if (!begins(number + 1)) {
        return 0;
      }
      final long envSteps = steps * numEnvs;
      return envSteps / frequency - (envSteps - trainFrequency) / frequency;
    }
  }

  /**
   * How actions are chosen.
   *
   * @param schedule of epsilon
   * @param end epsilon of a saved policy that does not play its best
   */
  record Exploration(EpsilonSchedule schedule, double end) {}
}
