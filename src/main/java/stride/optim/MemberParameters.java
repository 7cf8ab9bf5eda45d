package stride.optim;

import java.util.SequencedMap;
import stride.memory.FloatSlab;
import stride.memory.LongSlab;
import stride.memory.Slab;

/**
 * The parameters that one member of a team learns, with the optimiser's moments: a copy of its own,
 * or a share of those that all members have in common. Either way ends in the same bits.
 *
 * <p>Within a run of the team all members call the same methods in the same order. Closing is
 * idempotent.
 */
public interface MemberParameters extends AutoCloseable {
  /** Takes over another member's parameters and moments, which it may have already. */
  void copyFrom(MemberParameters other);

  /**
   * Adds up the gradients of an update's parts, once all members have met.
   *
   * @param parts where they are: the same in every update
   * @param update its number
   * @param count how many parts it has
   * @return the norm of the sum
   */
  double reduce(GradientParts parts, long update, int count);

  /**
   * Clips the norm and takes a step. Afterwards the whole of the parameters has taken it.
   *
   * @param number of the step, from 1
   * @param learningRate of the step
   * @param norm what {@link #reduce} gave
   */
  void step(long number, double learningRate, double norm);

  /** Whether all parameters are finite; between two runs. */
  boolean finite();

  /** [P], live. */
  FloatSlab parameters();

  /** [P], the sum of the last update's gradients before clipping. */
  FloatSlab gradients();

  /** All that a bit-equal continuation needs, with counters that its owner keeps; live. */
  SequencedMap<String, Slab> state(LongSlab counters);

  @Override
  void close();
}
