package stride.algo;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.TreeSet;
import stride.env.Nearest;
import stride.env.TaskOptions;
import stride.options.DescribedOption;
import stride.options.OptionJson;

/** The options of an algorithm by their names in JSON, and what type a value must have. */
public final class OptionTypes {
  private final Algorithm<?> algorithm;
  private final List<Algorithm<?>> all; // for messages
  private final SequencedMap<String, DescribedOption> options = new LinkedHashMap<>();

  private OptionTypes(Algorithm<?> algorithm, List<Algorithm<?>> all) {
    this.algorithm = algorithm;
    this.all = all;
    DescribedOption.of(algorithm.options()).forEach(each -> options.put(each.name(), each));
  }

  /** Those of an algorithm. */
  public static OptionTypes of(Algorithm<?> algorithm) {
    return of(algorithm, Algorithms.all());
  }

  /** Those of one of several algorithms. */
  static OptionTypes of(Algorithm<?> algorithm, List<Algorithm<?>> all) {
    return new OptionTypes(algorithm, all);
  }

  /** The options' names, in the order of the record. */
  public List<String> names() {
    return List.copyOf(options.keySet());
  }

  /** The options, in the order of the record. */
  public List<DescribedOption> all() {
    return List.copyOf(options.values());
  }

  /**
   * Finds an option.
   *
   * @param name in JSON
   * @return what its record says
   * @throws IllegalArgumentException if there is none of that name; the message names those that
   *     are spelt alike, and the algorithms that have it
   */
  public DescribedOption option(String name) {
    DescribedOption option = options.get(name);
    if (option == null) {
      throw new IllegalArgumentException(unknown(name));
    }
    return option;
  }

  private String unknown(String name) {
    List<String> owners = new ArrayList<>();
    for (Algorithm<?> other : all) {
      if (DescribedOption.of(other.options()).stream().anyMatch(o -> o.name().equals(name))) {
        owners.add(other.name());
      }
    }
    if (!owners.isEmpty()) {
      return "%s has no option %s, only %s"
          .formatted(algorithm.name(), name, String.join(", ", owners));
    }
    List<String> tasks = TaskOptions.owners(name);
    if (!tasks.isEmpty()) {
      return "%s is an option of %s, not of this task".formatted(name, String.join(", ", tasks));
    }
    var sorted = new TreeSet<>(options.keySet());
    List<String> nearest = Nearest.of(name, sorted);
    return nearest.isEmpty()
        ? "unknown option " + name + ", there are " + String.join(", ", sorted)
        : "unknown option %s, did you mean %s?".formatted(name, String.join(" or ", nearest));
  }

  /**
   * The value that an option gets.
   *
   * @param name of the option
   * @param given as a file or a flag has it
   * @return the same in the option's type
   * @throws IllegalArgumentException if there is no such option, or the value has another type
   */
  public JsonNode accept(String name, JsonNode given) {
    return OptionJson.accept(option(name), given);
  }
}
