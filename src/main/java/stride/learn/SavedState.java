package stride.learn;

import java.util.Map;
import stride.memory.Slab;

/** Slabs of a saved state, checked against those that they are to be read into. */
public final class SavedState {
  private SavedState() {}

  /**
   * Finds a slab.
   *
   * @param state slabs by name
   * @param name which
   * @param like of the type and shape that it must have
   * @return the state's own
   * @throws IllegalArgumentException if it is missing or of another type or shape
   */
  @SuppressWarnings("unchecked") // the classes are compared
  public static <T extends Slab> T slab(Map<String, Slab> state, String name, T like) {
    Slab saved = state.get(name);
    if (saved == null
        || saved.getClass() != like.getClass()
        || !saved.shape().equals(like.shape())) {
      throw new IllegalArgumentException(
          name + "=" + (saved == null ? "none" : saved) + ", required: " + like);
    }
    return (T) saved;
  }

  /**
   * Copies saved slabs over live ones.
   *
   * @param own the live slabs
   * @param saved may hold more, which is left to others
   * @throws IllegalArgumentException if a slab is missing or of another type or shape; nothing is
   *     changed then
   */
  public static void copy(Map<String, Slab> own, Map<String, Slab> saved) {
    own.forEach((name, slab) -> slab(saved, name, slab));
    own.forEach((name, slab) -> slab.copyFrom(saved.get(name)));
  }
}
