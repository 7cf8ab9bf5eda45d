package stride.learn;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import stride.env.EpisodeStatistics;
import stride.memory.FloatSlab;
import stride.memory.Slab;

/**
 * An algorithm at work on one task, one iteration at a time.
 *
 * <p>Who drives it needs to know no algorithm: times, diagnostics and state have the same form for
 * all. Driven by one thread. The owner closes it, which is idempotent.
 */
public interface Learner extends AutoCloseable {
  /** Env steps in an iteration, of all environments together: the same for every iteration. */
  long envStepsPerIteration();

  /**
   * Env steps done once, within the first iteration and before its own, of all environments
   * together; may be 0.
   */
  long seedingSteps();

  /**
   * Runs every stage on throw-away data until it is compiled, for so many seconds at most, and
   * leaves no trace in the state.
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
   * Where the time of the last iteration went: each first-level stage but {@link Stage#OTHER}.
   * Overwritten by the next iteration.
   */
  StageSplit last();

  /** What steps the environments, for measuring it or replaying it. The learner owns it. */
  Collector collector();

  /**
   * The clocks of inner stages, off until switched on: one for each thread and first-level stage
   * that it works in.
   */
  Iterable<StageClock> clocks();

  /**
   * Those of {@link #clocks} whose step is one update of the parameters, one for each thread; none
   * where updates have no clock, as on a device.
   */
  default List<StageClock> updateClocks() {
    return List.of();
  }

  /** A line on how it computes here; empty if there was no choice. */
  default Optional<String> note() {
    return Optional.empty();
  }

  /**
   * What the last iteration looked like, under the tags CleanRL uses, for example {@code
   * losses/policy_loss}, in the order of a table.
   */
  SequencedMap<String, Double> diagnostics();

  /** The episodes of training so far, live. */
  EpisodeStatistics episodes();

  /** Episodes that ended because the simulation diverged, since the run began. */
  long divergences();

  /**
   * The mean return by which checkpoints are judged: of the last 100 episodes of training, or of
   * the best evaluation so far where there are any; NaN if there is none yet.
   */
  default double judgedReturn() {
    return episodes().returnMean();
  }

  /** Values that may change while it learns, by name; what they became is part of the state. */
  default List<Knob> knobs() {
    return List.of();
  }

  /** Rows that belong to the state, and are saved apart from it; empty for most. */
  default Optional<Journal> journal() {
    return Optional.empty();
  }

  /**
   * Floating-point operations of one iteration as it runs once learning has begun, inference and
   * updates, a fused multiply-add as two; 0 if they are not counted.
   */
  default double flop() {
    return 0;
  }

  /**
   * Everything a bit-equal continuation needs, between two iterations: parameters, optimiser,
   * statistics, counters, simulators, episodes. Holds no time, host, path or thread count. Slabs by
   * name, valid until the next call on this object.
   */
  SequencedMap<String, Slab> state();

  /**
   * Goes on from a state of a learner of the same configuration.
   *
   * @throws IllegalArgumentException if a slab is missing or of another shape
   */
  void restore(Map<String, Slab> state);

  /**
   * Begins with other parameters, before the first iteration: also whatever follows them does, such
   * as a target network. All else is as it was.
   *
   * @param parameters of the shape that those of {@link #state} have
   */
  default void beginWith(FloatSlab parameters) {
    SequencedMap<String, Slab> state = state();
    state.put("parameters", parameters);
    restore(state);
  }

  @Override
  void close();
}
