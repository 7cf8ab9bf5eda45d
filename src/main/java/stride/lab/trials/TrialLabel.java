package stride.lab.trials;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import stride.algo.Algorithm;
import stride.algo.Algorithms;
import stride.algo.Presets;
import stride.env.Task;
import stride.env.TaskOptions;
import stride.env.Tasks;
import stride.train.ConfigFile;

/**
 * What people know a configuration by: the preset that it is nearest to, and the options in which
 * it differs from that. The same options have the same label, whatever preset they began with.
 */
final class TrialLabel {
  private static final int MOST_CHARACTERS = 120; // of a folder's name, which may have 255 bytes

  private TrialLabel() {}

  /** For a folder's name: {@code tuned,gamma=0.98,hidden=64x64}. */
  static String of(ObjectNode config, Set<String> notOptions) {
    Algorithm<?> algorithm = Algorithms.of(config.get("algo").textValue());
    List<String> nearest =
        algorithm.presets().stream()
            .map(preset -> parts(config, algorithm, preset, notOptions))
            .min(Comparator.comparingInt(List::size))
            .orElseThrow();
    var label = new StringBuilder(nearest.getFirst());
    for (String option : nearest.subList(1, nearest.size())) {
      if (label.length() + option.length() > MOST_CHARACTERS) {
        return label.append(",...").toString();
      }
      label.append(',').append(option);
    }
    return label.toString();
  }

  /** The preset, then what differs, in the order of names. */
  private static List<String> parts(
      ObjectNode config, Algorithm<?> algorithm, String preset, Set<String> notOptions) {
    Task task = Tasks.of(config.get("task").textValue());
    ObjectNode its = Presets.json(algorithm, preset, task);
    its.setAll(TaskOptions.json(task));
    List<String> differences = new ArrayList<>();
    ConfigFile.flat(config)
        .properties()
        .forEach(
            option -> {
              String name = option.getKey();
              if (!notOptions.contains(name)
                  && !text(option.getValue()).equals(text(its.path(name)))) {
                differences.add(name + "=" + text(option.getValue()));
              }
            });
    differences.sort(Comparator.naturalOrder());
    differences.addFirst(preset);
    return differences;
  }

  private static String text(JsonNode value) {
    String text = value.isValueNode() ? value.asText() : value.toString().replace(',', 'x');
    return text.replaceAll("[^A-Za-z0-9.+_-]", "");
  }
}
