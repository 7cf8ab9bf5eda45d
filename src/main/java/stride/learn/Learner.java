package stride.learn;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import stride.env.EpisodeStatistics;
import stride.memory.Slab;

/**
 * An algorithm at work on one task, one iteration at a time.
 *
 * <p>Who drives it needs to know no algorithm: times, diagnostics and state have the same form for
 * all. Driven by one thread. The owner closes it, which is idempotent.
 */
public interface Learner extends AutoCloseable {
  /**
   * Env steps in an iteration, of all environments together.
   *
   * @return the same for every iteration
   */
  long envStepsPerIteration();

  /**
   * Env steps done once, within the first iteration, before its own.
   *
   * @return of all environments together; may be 0
   */
  long seedingSteps();

  /**
   * Runs every stage on throw-away data until it is compiled, and leaves no trace in the state.
   *
   * @param seconds how long at most
   */
  void warmUp(double seconds);

  /**
   * Collects and learns, in as many rounds as the algorithm has in an iteration.
   *
   * @param progress how much of the run is done, in [0, 1), for schedules
   * @throws NotFiniteException if a loss or parameter is no longer finite; the state is then
   *     worthless
   */
  void iterate(double progress);

  /**
   * Where the time of the last iteration went.
   *
   * @return each first-level stage but {@link Stage#OTHER}; overwritten by the next iteration
   */
  StageSplit last();

  /**
   * What steps the environments, for those who measure it or replay what it did.
   *
   * @return owned by the learner
   */
  Collector collector();

  /**
   * The clocks of inner stages, off until switched on.
   *
   * @return one for each thread and first-level stage that it works in
   */
  Iterable<StageClock> clocks();

  /**
   * Those of {@link #clocks} whose step is one update of the parameters.
   *
   * @return one for each thread; none where updates have no clock, as on a device
   */
  default List<StageClock> updateClocks() {
    return List.of();
  }

  /**
   * A note on how it computes here.
   *
   * @return one line; empty if there was no choice
   */
  default Optional<String> note() {
    return Optional.empty();
  }

  /**
   * What the last iteration looked like, under the tags CleanRL uses, for example {@code
   * losses/policy_loss}.
   *
   * @return in the order of a table
   */
  SequencedMap<String, Double> diagnostics();

  /**
   * The episodes of training so far.
   *
   * @return live
   */
  EpisodeStatistics episodes();

  /**
   * How many episodes ended because the simulation diverged, since the run began.
   *
   * @return the number of episodes
   */
  long divergences();

  /**
   * Everything a bit-equal continuation needs, between two iterations: parameters, optimiser,
   * statistics, counters, simulators, episodes. Holds no time, host, path or thread count.
   *
   * @return named slabs, valid until the next call on this object
   */
  SequencedMap<String, Slab> state();

  /**
   * Goes on from a state.
   *
   * @param state of a learner of the same configuration
   * @throws IllegalArgumentException if a slab is missing, unknown, or of another shape
   */
  void restore(Map<String, Slab> state);

  @Override
  void close();
}
