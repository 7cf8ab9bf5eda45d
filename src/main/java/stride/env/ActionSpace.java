package stride.env;

import java.util.Collections;
import java.util.List;

/** What an action is. */
public sealed interface ActionSpace {

  /**
   * Elements of one action as it is stored: A of the {@code [n, A]} floats of a box, 1 for the int
   * of a discrete action.
   */
  int elements();

  /**
   * Real numbers within bounds; float32, as Gymnasium has them.
   *
   * @param low the smallest values, one for each element
   * @param high the largest values, one for each element
   */
  record Box(List<Float> low, List<Float> high) implements ActionSpace {
    /**
     * Checks the bounds.
     *
     * @throws IllegalArgumentException if they are empty, differ in number, or cross
     */
    public Box {
      low = List.copyOf(low);
      high = List.copyOf(high);
      if (low.isEmpty() || low.size() != high.size()) {
        throw new IllegalArgumentException(
            "low=" + low.size() + ", high=" + high.size() + " elements, required: as many, >= 1");
      }
      for (int k = 0; k < low.size(); k++) {
        if (!(low.get(k) <= high.get(k))) {
          throw new IllegalArgumentException(
              "element " + k + ": low=" + low.get(k) + ", high=" + high.get(k));
        }
      }
    }

    /** The bounds [-bound, bound] in every element. */
    public static Box symmetric(int elements, float bound) {
      return new Box(Collections.nCopies(elements, -bound), Collections.nCopies(elements, bound));
    }

    @Override
    public int elements() {
      return low.size();
    }
  }

  /**
   * One of a few choices.
   *
   * @param n how many; actions are the ints in [0, n)
   */
  record Discrete(int n) implements ActionSpace {
    /**
     * Checks the number.
     *
     * @throws IllegalArgumentException if it is below 1
     */
    public Discrete {
      if (n < 1) {
        throw new IllegalArgumentException("n=" + n + ", required: >= 1");
      }
    }

    @Override
    public int elements() {
      return 1;
    }
  }
}
