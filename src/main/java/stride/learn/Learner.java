package stride.learn;

import java.util.Map;
import java.util.SequencedMap;
import stride.env.EpisodeStatistics;
import stride.memory.Slab;

/**
 * An algorithm at work on one task, one iteration at a time: collect, learn, and again.
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
   * Env steps done once, within the first {@link #collect}, before those of its iteration.
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
   * Collects the experience of an iteration.
   *
   * @param progress how much of the run is done, in [0, 1), for schedules
   */
  void collect(double progress);

  /**
   * Learns from what was collected.
   *
   * @throws NotFiniteException if a loss or parameter is no longer finite; the state is then
   *     worthless
   */
  void learn();

  /**
   * Where the time of the last iteration went.
   *
   * @return nanoseconds of wall time for each first-level stage but {@link Stage#OTHER}
   */
  StageNanos lastNanos();

  /**
   * The clocks of inner stages, off until switched on.
   *
   * @return one for each working thread
   */
  Iterable<StageClock> clocks();

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
