package stride.optim;

import java.util.List;
import java.util.SequencedMap;
import stride.memory.FloatSlab;
import stride.memory.LongSlab;
import stride.memory.Slab;

/**
 * All parameters of an algorithm as one member of a team has them, in ranges that are stepped one
 * by one. Closing is idempotent.
 */
public final class MemberRanges implements AutoCloseable {
  private final ParameterSlabs slabs; // a copy, or what all members have in common
  private final List<MemberParameters> ranges;

  MemberRanges(ParameterSlabs slabs, List<MemberParameters> ranges) {
    this.slabs = slabs;
    this.ranges = List.copyOf(ranges);
  }

  /** Takes over another member's parameters and moments, which it may have already. */
  public void copyFrom(MemberRanges other) {
    if (other.slabs != slabs) {
      slabs.copyFrom(other.slabs);
    }
  }

  /** [P], live. */
  public FloatSlab parameters() {
    return slabs.parameters;
  }

  /** The range of an index, whose {@link MemberParameters#parameters} are those of the range. */
  public MemberParameters range(int index) {
    return ranges.get(index);
  }

  /** All that a bit-equal continuation needs, with counters that its owner keeps; live. */
  public SequencedMap<String, Slab> state(LongSlab counters) {
    return slabs.state(counters);
  }

  @Override
  public void close() {
    ranges.forEach(MemberParameters::close);
    slabs.close();
  }
}
