package stride.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import stride.env.Tasks;
import stride.files.JsonText;
import stride.learn.DescribedOption;
import stride.ppo.PpoOptions;

/**
 * What is said of the algorithm's options, in every {@code --help} and in docs/options.md: from
 * their record's Javadoc, its rules, and the presets.
 */
final class OptionTexts {
  private static final List<DescribedOption> ALL = DescribedOption.of(PpoOptions.class);

  private OptionTexts() {}

  /** All options, in the order of their record. */
  static List<DescribedOption> all() {
    return ALL;
  }

  /** The name in JSON. */
  static String name(DescribedOption option) {
    return PropertyNamingStrategies.SnakeCaseStrategy.INSTANCE.translate(option.component());
  }

  static String flag(String name) {
    return "--" + name.replace('_', '-');
  }

  /** What stands for the value. */
  static String label(DescribedOption option) {
    Class<?> type = option.type();
    if (type == String.class) {
      return String.join("|", option.words());
    }
    if (type == boolean.class) {
      return "true|false";
    }
    if (type == List.class) {
      return "N,N,...";
    }
    return type == int.class || type == long.class ? "N" : "X";
  }

  /** One paragraph: sentence, unit, range, defaults. */
  static String help(DescribedOption option) {
    Map<String, String> defaults = new LinkedHashMap<>();
    for (String preset : PpoOptions.PRESETS) {
      defaults.put(preset, defaults(preset, name(option)));
    }
    boolean same = Set.copyOf(defaults.values()).size() == 1;
    String text =
        same
            ? defaults.values().iterator().next()
            : defaults.entrySet().stream()
                .map(each -> each.getKey() + " " + each.getValue())
                .collect(Collectors.joining("; "));
    return "%s: %s (default: %s)".formatted(option.sentence(), option.range(), text);
  }

  /** A preset's value: that of most tasks, and those of others with their names. */
  static String defaults(String preset, String name) {
    Map<JsonNode, List<String>> tasks = new LinkedHashMap<>();
    for (String task : Tasks.ids()) {
      JsonNode value = Presets.JSON.get(preset).get(task).get(name);
      tasks.computeIfAbsent(value, _ -> new ArrayList<>()).add(task);
    }
    List<Map.Entry<JsonNode, List<String>>> byCount = new ArrayList<>(tasks.entrySet());
    byCount.sort((a, b) -> b.getValue().size() - a.getValue().size());
    var text = new StringBuilder(words(byCount.getFirst().getKey()));
    for (var other : byCount.subList(1, byCount.size())) {
      text.append(
          ", %s for %s".formatted(words(other.getKey()), String.join(" ", other.getValue())));
    }
    return text.toString();
  }

  private static String words(JsonNode value) {
    if (value.isArray()) {
      List<String> numbers = new ArrayList<>();
      value.forEach(number -> numbers.add(number.asText()));
      return String.join(",", numbers);
    }
    return value.isDouble()
        ? new BigDecimal(value.asText()).stripTrailingZeros().toPlainString()
        : value.asText();
  }

  /** Every preset of every task; made when it is asked for. */
  private static final class Presets {
    static final Map<String, Map<String, JsonNode>> JSON =
        byKey(
            Set.copyOf(PpoOptions.PRESETS),
            preset ->
                byKey(
                    Set.copyOf(Tasks.ids()),
                    task -> JsonText.tree(PpoOptions.preset(preset, Tasks.of(task)))));

    private static <T> Map<String, T> byKey(Set<String> keys, Function<String, T> value) {
      return keys.stream().collect(Collectors.toMap(key -> key, value));
    }
  }
}
