package examples;

import stride.algo.Sitting;
import stride.env.Task;
import stride.env.Tasks;
import stride.parallel.Team;
import stride.play.Evaluation;
import stride.play.Policy;
import stride.ppo.Ppo;
import stride.ppo.PpoLearner;
import stride.ppo.PpoOptions;

/**
 * Trains a policy for CartPole-v1 by PPO on all cores, plays 20 episodes with it, and prints their
 * mean return.
 *
 * <p>Usage: {@code TrainAndEvaluate [ENV_STEPS]}, by default 100 000, which take some seconds. The
 * same number of steps gives the same policy, bit for bit, on any number of threads. Exit codes: 0
 * done, 1 failed, 2 bad usage.
 */
public final class TrainAndEvaluate {
  private static final String TASK = "CartPole-v1";
  private static final long SEED = 1;
  private static final int EPISODES = 20;
  private static final long SEED_OF_EPISODES = 1_000_000; // others than those of the training

  public static void main(String[] args) {
    try {
      train(args.length < 1 ? 100_000 : Long.parseLong(args[0]));
    } catch (NumberFormatException e) {
      System.err.println("TrainAndEvaluate: ENV_STEPS=" + args[0] + ", required: an integer");
      System.exit(2);
    } catch (RuntimeException e) { // such as a JVM without the Vector API
      System.err.println("TrainAndEvaluate: " + e.getMessage());
      System.exit(e instanceof IllegalArgumentException ? 2 : 1);
    }
  }

  private static void train(long envSteps) {
    Task task = Tasks.of(TASK);
    Ppo ppo = new Ppo();
    PpoOptions options = ppo.preset(Ppo.TUNED, task);
    try (Team team = new Team(Runtime.getRuntime().availableProcessors());
        PpoLearner learner = ppo.learner(options, task, SEED, Sitting.on(team))) {
      final long iterations = envSteps / learner.envStepsPerIteration();
      if (iterations < 1) {
        throw new IllegalArgumentException(
            "ENV_STEPS=" + envSteps + ", required: >= " + learner.envStepsPerIteration());
      }
      for (long i = 0; i < iterations; i++) {
        learner.iterate(i / (double) iterations); // the share done, for the learning rate
        if (i % 10 == 0 || i == iterations - 1) {
          System.out.printf(
              "%7d env steps, return of the last 100 episodes %6.1f%n",
              (i + 1) * learner.envStepsPerIteration(), learner.episodes().returnMean());
        }
      }
      evaluate(task, options, learner);
    }
  }

  /** Plays with the most likely actions, in environments of its own. */
  private static void evaluate(Task task, PpoOptions options, PpoLearner learner) {
    try (Policy policy = new Ppo().policy(options, task, learner.state(), SEED_OF_EPISODES);
        Evaluation evaluation =
            new Evaluation(task, policy, EPISODES, /* deterministic= */ true, SEED_OF_EPISODES)) {
      Evaluation.Result result = evaluation.run();
      System.out.printf(
          "return of the policy over %d episodes: mean %.1f, standard deviation %.1f%n",
          result.episodes(), result.returnMean(), result.returnStd());
    }
  }
}
