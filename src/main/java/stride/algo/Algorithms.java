package stride.algo;

import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;

/** The list of algorithms: those that {@code META-INF/services/stride.algo.Algorithm} names. */
public final class Algorithms {
  /** What is trained unless something else is said. */
  public static final String DEFAULT = "ppo";

  private static final List<Algorithm<?>> ALL = load();

  private Algorithms() {}

  private static List<Algorithm<?>> load() {
    List<Algorithm<?>> all = new ArrayList<>();
    ServiceLoader.load(Algorithm.class).forEach(all::add);
    return List.copyOf(all);
  }

  /** All of them, in the order of the list. */
  public static List<Algorithm<?>> all() {
    return ALL;
  }

  /** Their names, in the order of the list. */
  public static List<String> names() {
    return ALL.stream().<String>map(Algorithm::name).toList();
  }

  /**
   * Finds an algorithm.
   *
   * @param name as config.json has it
   * @return the algorithm
   * @throws IllegalArgumentException if there is none of that name
   */
  public static Algorithm<?> of(String name) {
    return ALL.stream()
        .filter(algorithm -> algorithm.name().equals(name))
        .findFirst()
        .orElseThrow(
            () -> new IllegalArgumentException("algo=" + name + ", required: one of " + names()));
  }
}
