package stride.results;

import java.util.List;
import java.util.function.ToLongFunction;
import stride.files.OrNull;

/**
 * Some pairs of iterations and replays of their rollouts: env steps per second of each, all env
 * steps over all the time that they took.
 *
 * @param physicsStepsPerSecond of the limit; null for tasks without MuJoCo
 * @param rolloutStepsPerSecond of rollouts
 * @param trainStepsPerSecond of whole iterations
 */
public record ProfileWindow(
    @OrNull Double physicsStepsPerSecond,
    double rolloutStepsPerSecond,
    double trainStepsPerSecond) {

  public static ProfileWindow of(List<Pair> pairs, long envStepsPerIteration) {
    double envSteps = (double) envStepsPerIteration * pairs.size();
    return new ProfileWindow(
        pairs.getFirst().limit() == null
            ? null
            : (Double) rate(envSteps, pairs, pair -> pair.limit().wall()),
        rate(envSteps, pairs, pair -> pair.rollout().wall()),
        rate(envSteps, pairs, pair -> pair.iteration().wall()));
  }

  private static double rate(double envSteps, List<Pair> pairs, ToLongFunction<Pair> nanos) {
    return envSteps * 1e9 / pairs.stream().mapToLong(nanos).sum();
  }
}
