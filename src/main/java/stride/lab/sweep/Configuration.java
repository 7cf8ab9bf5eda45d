package stride.lab.sweep;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import stride.lab.process.Build;
import stride.lab.trials.Trial;
import stride.lab.trials.TrialResult;
import stride.lab.trials.TrialRunner;
import stride.train.ConfigFile;

/**
 * Options that are tried.
 *
 * @param number 1 for the base, which changes nothing
 * @param options that were changed
 * @param config all of them, flat, as a run's config.json has it
 */
record Configuration(int number, SortedMap<String, JsonNode> options, ObjectNode config) {
  static final int BASE = 1;
  static final String TOTAL_TIMESTEPS = "total_timesteps";

  // of draws in a row that were there already: then there is little left to find
  private static final int MOST_REPEATS = 1000;

  /** The base, then what is drawn from a space: as many as there are, all different. */
  static List<Configuration> draw(Space space, OptionRules rules, long seed, int most) {
    List<Configuration> all = new ArrayList<>();
    Set<ObjectNode> known = new HashSet<>();
    all.add(base(rules));
    ObjectNode base = all.getFirst().config();
    known.add(base);
    int repeats = 0;
    for (int draw = 0; all.size() < most && repeats < MOST_REPEATS; draw++) {
      SortedMap<String, JsonNode> options = space.draw(seed, draw);
      ObjectNode config = resolve(options, rules);
      repeats = known.add(config) ? 0 : repeats + 1;
      if (repeats == 0) {
        all.add(new Configuration(all.size() + 1, changed(options.keySet(), config, base), config));
      }
    }
    return all;
  }

  static Configuration base(OptionRules rules) {
    return new Configuration(BASE, Collections.emptySortedMap(), rules.resolve(Map.of()));
  }

  private static ObjectNode resolve(SortedMap<String, JsonNode> options, OptionRules rules) {
    try {
      return rules.resolve(options);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "the space allows %s: %s".formatted(words(options), e.getMessage()), e);
    }
  }

  /** Without those that are as in the base. */
  static SortedMap<String, JsonNode> changed(
      Set<String> options, ObjectNode config, ObjectNode base) {
    ObjectNode all = ConfigFile.flat(config);
    ObjectNode before = ConfigFile.flat(base);
    SortedMap<String, JsonNode> changed = new TreeMap<>();
    for (String option : options) {
      if (!all.get(option).equals(before.get(option))) {
        changed.put(option, all.get(option));
      }
    }
    return changed;
  }

  boolean isBase() {
    return number == BASE;
  }

  String name() {
    return isBase() ? "base" : words(options);
  }

  /** The same for a training of another length. */
  Configuration at(long totalTimesteps) {
    return new Configuration(
        number, options, config.deepCopy().put(TOTAL_TIMESTEPS, totalTimesteps));
  }

  /** Trains configurations over seeds: one result a seed, for each of them. */
  static List<List<TrialResult>> train(
      List<Configuration> configurations, List<Long> seeds, Build build, TrialRunner runner) {
    List<Trial> trials = new ArrayList<>();
    for (Configuration its : configurations) {
      seeds.forEach(seed -> trials.add(new Trial(its.name(), its.config(), seed, build, build)));
    }
    List<TrialResult> results = runner.run(trials);
    List<List<TrialResult>> grouped = new ArrayList<>();
    for (int first = 0; first < results.size(); first += seeds.size()) {
      grouped.add(results.subList(first, first + seeds.size()));
    }
    return grouped;
  }

  /** Options as one would type them. */
  static String words(Map<String, JsonNode> options) {
    return options.entrySet().stream()
        .map(option -> option.getKey() + "=" + word(option.getValue()))
        .collect(Collectors.joining(","));
  }

  private static String word(JsonNode value) {
    if (value.isArray() && !value.isEmpty()) {
      List<String> parts = new ArrayList<>();
      value.forEach(part -> parts.add(part.asText()));
      return String.join(",", parts);
    }
    return value.isArray() ? value.toString() : value.asText();
  }
}
