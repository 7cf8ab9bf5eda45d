package stride.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import stride.algo.Algorithm;
import stride.algo.Algorithms;
import stride.algo.OptionTypes;
import stride.algo.Presets;
import stride.env.TaskOptions;
import stride.env.Tasks;
import stride.options.DescribedOption;
import stride.options.OptionGroup;

/**
 * What is said of the options of tasks and algorithms, in every {@code --help} and in
 * docs/options.md: from their records' Javadoc, its rules, and the presets.
 */
final class OptionTexts {
  // help asks for one option after the other
  private static final Map<String, Map<String, ObjectNode>> PRESETS = new HashMap<>();

  private static final SequencedMap<DescribedOption, List<Algorithm<?>>> ALGORITHMS = owners();
  private static final SequencedMap<DescribedOption, List<String>> TASKS = TaskOptions.all();

  private OptionTexts() {}

  /** The options of all tasks, then of all algorithms: one of each name. */
  static List<DescribedOption> all() {
    return Stream.concat(TASKS.keySet().stream(), ALGORITHMS.keySet().stream()).toList();
  }

  private static SequencedMap<DescribedOption, List<Algorithm<?>>> owners() {
    SequencedMap<String, DescribedOption> byName = new LinkedHashMap<>();
    SequencedMap<DescribedOption, List<Algorithm<?>>> owners = new LinkedHashMap<>();
    for (Algorithm<?> algorithm : Algorithms.all()) {
      for (DescribedOption option : OptionTypes.of(algorithm).all()) {
        DescribedOption first = byName.computeIfAbsent(option.name(), _ -> option);
        owners.computeIfAbsent(first, _ -> new ArrayList<>()).add(algorithm);
      }
    }
    return Collections.unmodifiableSequencedMap(owners);
  }

  /** By the groups that they are listed under. */
  static SortedMap<OptionGroup, List<DescribedOption>> grouped(Collection<DescribedOption> all) {
    return all.stream()
        .collect(
            Collectors.groupingBy(
                option -> option.rule().group(), TreeMap::new, Collectors.toList()));
  }

  static String flag(String name) {
    return "--" + name.replace('_', '-');
  }

  /** What stands for the value. */
  static String label(DescribedOption option) {
    return switch (option.kind()) {
      case WORD -> String.join("|", option.words());
      case TRUTH -> "true|false";
      case INTEGERS, INTEGERS_OR_NULL -> "N,N,...";
      case NUMBERS -> "X,X,...";
      case INTEGER, INTEGER_OR_NULL -> "N";
      case NUMBER, NUMBER_OR_NULL -> "X";
    };
  }

  /**
   * What a flag may be that stands for itself as well; none for flags that need a value. A word may
   * also be true or false where CleanRL has it so.
   */
  static List<String> bareValues(DescribedOption option) {
    List<String> truths = List.of("true", "false");
    if (!option.truths().isEmpty()) {
      return Stream.concat(option.words().stream(), truths.stream()).toList();
    }
    return option.kind() == DescribedOption.Kind.TRUTH ? truths : List.of();
  }

  /**
   * One paragraph: sentence, unit, range, and each algorithm's defaults, or the tasks that have it.
   */
  static String help(DescribedOption option) {
    String text =
        TASKS.containsKey(option)
            ? "%s; of %s".formatted(taskDefault(option), String.join(" ", TASKS.get(option)))
            : defaults(option);
    return "%s: %s (default: %s)".formatted(option.sentence(), option.range(), text);
  }

  /** That of the tasks which have it. */
  static String taskDefault(DescribedOption option) {
    return words(TaskOptions.json(Tasks.of(TASKS.get(option).getFirst())).get(option.name()));
  }

  private static String defaults(DescribedOption option) {
    return ALGORITHMS.get(option).stream()
        .map(
            owner ->
                (Algorithms.all().size() == 1 ? "" : owner.name() + ": ")
                    + defaults(owner, option.name()))
        .distinct()
        .collect(Collectors.joining("; "));
  }

  private static String defaults(Algorithm<?> algorithm, String name) {
    Map<String, String> defaults = new LinkedHashMap<>();
    for (String preset : algorithm.presets()) {
      defaults.put(preset, defaults(algorithm, preset, name));
    }
    return Set.copyOf(defaults.values()).size() == 1
        ? defaults.values().iterator().next()
        : defaults.entrySet().stream()
            .map(each -> each.getKey() + " " + each.getValue())
            .collect(Collectors.joining("; "));
  }

  /** A preset's value: that of most tasks, and those of others with their names. */
  static String defaults(Algorithm<?> algorithm, String preset, String name) {
    Map<JsonNode, List<String>> tasks = new LinkedHashMap<>();
    presets(algorithm, preset)
        .forEach(
            (task, values) ->
                tasks.computeIfAbsent(values.get(name), _ -> new ArrayList<>()).add(task));
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

  /** All options of a preset, by task. */
  private static Map<String, ObjectNode> presets(Algorithm<?> algorithm, String preset) {
    return PRESETS.computeIfAbsent(
        algorithm.name() + "/" + preset,
        _ -> {
          Map<String, ObjectNode> byTask = new LinkedHashMap<>();
          Tasks.ids().forEach(id -> byTask.put(id, Presets.json(algorithm, preset, Tasks.of(id))));
          return byTask;
        });
  }
}
