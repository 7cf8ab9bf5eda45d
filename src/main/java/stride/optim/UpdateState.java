package stride.optim;

import java.util.LinkedHashMap;
import java.util.SequencedMap;
import stride.memory.FloatSlab;
import stride.memory.LongSlab;
import stride.memory.Slab;

/** What an update needs to go on bit by bit, under the same names for all backends. */
public final class UpdateState {
  private UpdateState() {}

  /**
   * Names the slabs of an update with Adam.
   *
   * @param parameters [P]
   * @param means Adam's means [P]
   * @param squares Adam's mean squares [P]
   * @param counters [2]: steps of Adam, updates
   * @return live slabs by name
   */
  public static SequencedMap<String, Slab> of(
      FloatSlab parameters, FloatSlab means, FloatSlab squares, LongSlab counters) {
    SequencedMap<String, FloatSlab> moments = new LinkedHashMap<>();
    moments.put(AdamOptimizer.MOMENTS.getFirst(), means);
    moments.put(AdamOptimizer.MOMENTS.getLast(), squares);
    return of(parameters, moments, counters);
  }

  /**
   * Names the slabs of an update.
   *
   * @param parameters [P]
   * @param moments the optimiser's, of [P] each, by name
   * @param counters [2]: the optimiser's steps, updates
   * @return live slabs by name
   */
  static SequencedMap<String, Slab> of(
      FloatSlab parameters, SequencedMap<String, FloatSlab> moments, LongSlab counters) {
    SequencedMap<String, Slab> state = new LinkedHashMap<>();
    state.put("parameters", parameters);
    state.putAll(moments);
    state.put("update_counters", counters);
    return state;
  }
}
