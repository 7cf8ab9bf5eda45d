package stride.replay;

import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import stride.collect.Actor;
import stride.env.Shard;
import stride.learn.Knob;
import stride.learn.StageClock;
import stride.memory.FloatSlab;
import stride.memory.Slab;
import stride.play.Policy;

/**
 * What is learnt from samples of a memory: parameters, their targets and moments, and the rule that
 * changes them. Owns its memory; closing is idempotent.
 */
public interface ReplayUpdate extends AutoCloseable {
  /** The parameters that the next steps act by, live: read only once it learns. */
  FloatSlab acting();

  /**
   * An actor over {@link #acting}, for one shard.
   *
   * @return the caller's to close
   */
  Actor actor(Shard shard);

  /** Within a run of the team, every member, before its first update: takes over the state. */
  void begin(int member);

  /**
   * Within a run, one member while the others wait: steps [from, to) of every environment have
   * entered the memory.
   */
  void collected(long from, long to);

  /**
   * Within a run, every member: one update. Other members' parameters may be read once all have
   * met. Where priorities change what is drawn, the caller lets all meet after the updates of a
   * round, before {@link #collected} adds to them.
   *
   * @param number of the update, from 0: with the seed it decides what is sampled
   * @param steps of each environment in the memory
   * @param progress how much of the run is done, in [0, 1)
   * @throws stride.learn.NotFiniteException on every member alike, if a number is not finite
   */
  void update(int member, long number, long steps, double progress);

  /** All that a bit-equal continuation needs, live; one slab is called {@code parameters}. */
  SequencedMap<String, Slab> state();

  /**
   * Goes on from a state.
   *
   * @param state what {@link #state} gave; may hold more, which is left to others
   * @throws IllegalArgumentException if a slab is missing or of another shape; nothing is changed
   *     then
   */
  void restore(Map<String, Slab> state);

  /** Begins with other parameters, before the first update, and with targets that equal them. */
  default void beginWith(FloatSlab parameters) {
    acting().copyFrom(parameters);
  }

  /** The stage clocks of the members, off until switched on; a step of theirs is one update. */
  List<StageClock> clocks();

  /** What the last update looked like, under CleanRL's tags. */
  SequencedMap<String, Double> diagnostics();

  /** Values that may change between two iterations. */
  List<Knob> knobs();

  /**
   * The policy of the parameters as they are whenever it acts, for evaluation.
   *
   * @return the caller's to close
   */
  Policy policy();

  /** Floating-point operations of one update, a fused multiply-add as two. */
  double flopPerUpdate();

  /** The same of choosing one action. */
  double flopPerAction();

  @Override
  void close();
}
