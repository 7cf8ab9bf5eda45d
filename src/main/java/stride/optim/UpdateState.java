package stride.optim;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;
import stride.memory.FloatSlab;
import stride.memory.LongSlab;
import stride.memory.Slab;

/** What an update needs to go on bit by bit, under the same names for all backends. */
public final class UpdateState {
  private UpdateState() {}

  /**
   * Names the slabs.
   *
   * @param parameters [P]
   * @param means Adam's means [P]
   * @param squares Adam's mean squares [P]
   * @param counters [2]: steps of Adam, updates
   * @return live slabs by name
   */
  public static SequencedMap<String, Slab> of(
      FloatSlab parameters, FloatSlab means, FloatSlab squares, LongSlab counters) {
    SequencedMap<String, Slab> state = new LinkedHashMap<>();
    state.put("parameters", parameters);
    state.put("adam_means", means);
    state.put("adam_squares", squares);
    state.put("update_counters", counters);
    return state;
  }

  /**
   * Copies a saved state over a live one.
   *
   * @param own the live slabs
   * @param saved may hold more, which is left to others
   * @throws IllegalArgumentException if a slab is missing or of another shape; nothing is changed
   *     then
   */
  public static void restore(SequencedMap<String, Slab> own, Map<String, Slab> saved) {
    own.forEach(
        (name, slab) -> {
          Slab source = saved.get(name);
          if (source == null
              || source.getClass() != slab.getClass()
              || !source.shape().equals(slab.shape())) {
            throw new IllegalArgumentException(name + "=" + source + ", required: " + slab);
          }
        });
    own.forEach((name, slab) -> slab.copyFrom(saved.get(name)));
  }
}
