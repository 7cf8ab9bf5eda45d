package stride.env;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.stream.Collectors;
import stride.files.JsonText;
import stride.options.DescribedOption;
import stride.options.OptionJson;

/** The options of tasks by their names in JSON: what a run's config.json has in task_options. */
public final class TaskOptions {
  private TaskOptions() {}

  /** Those that a task has, in the order of its record. */
  public static List<DescribedOption> of(Task task) {
    return DescribedOption.of(task.options().getClass());
  }

  /** The options of all tasks, each with the names of those that have it. */
  public static SequencedMap<DescribedOption, List<String>> all() {
    SequencedMap<DescribedOption, List<String>> all = new LinkedHashMap<>();
    for (String id : Tasks.ids()) {
      for (DescribedOption option : of(Tasks.of(id))) {
        all.computeIfAbsent(option, _ -> new ArrayList<>()).add(id);
      }
    }
    return all;
  }

  /** The option of a task that has a name, if there is one. */
  public static Optional<DescribedOption> find(Task task, String name) {
    return of(task).stream().filter(option -> option.name().equals(name)).findFirst();
  }

  /** The tasks that have an option of a name. */
  public static List<String> owners(String name) {
    return Tasks.ids().stream().filter(id -> find(Tasks.of(id), name).isPresent()).toList();
  }

  /**
   * A task with some of its options changed.
   *
   * @param task with the others
   * @param changes values by name
   * @return the same task if there are none
   * @throws IllegalArgumentException if it has no such option, or a value is out of range
   */
  public static Task with(Task task, Map<String, JsonNode> changes) {
    if (changes.isEmpty()) {
      return task;
    }
    ObjectNode values = json(task);
    changes.forEach(
        (name, value) -> {
          DescribedOption option =
              find(task, name)
                  .orElseThrow(() -> new IllegalArgumentException(task + " has no option " + name));
          values.set(name, OptionJson.accept(option, value));
        });
    return task.with(JsonText.toRecord(values, task.options().getClass()));
  }

  /** All options of a task. */
  public static ObjectNode json(Task task) {
    return of(task).isEmpty()
        ? JsonNodeFactory.instance.objectNode()
        : (ObjectNode) JsonText.tree(task.options());
  }

  /** Whether an option differs from Gymnasium's task. */
  public static boolean areChanged(Task task) {
    return !task.options().equals(Tasks.of(task.spec().id()).options());
  }

  /**
   * A task and what was changed of it in one word, such as {@code
   * CartPole-v1,angle_cost_weight=0.5}: runs of one problem can be compared.
   */
  public static String problem(Task task) {
    ObjectNode plain = json(Tasks.of(task.spec().id()));
    return json(task).properties().stream()
        .filter(option -> !option.getValue().equals(plain.get(option.getKey())))
        .map(option -> "," + option.getKey() + "=" + option.getValue().asText())
        .collect(Collectors.joining("", task.spec().id(), ""));
  }

  /**
   * The task that {@link #problem} describes.
   *
   * @param problem a task's name, and perhaps options with commas
   * @throws UnknownTaskException if there is no such task
   * @throws IllegalArgumentException if it has no such option, or a value is out of range
   */
  public static Task ofProblem(String problem) {
    List<String> parts = List.of(problem.split(",", -1));
    Task task = Tasks.of(parts.getFirst());
    Map<String, JsonNode> changes = new LinkedHashMap<>();
    for (String part : parts.subList(1, parts.size())) {
      int equals = part.indexOf('=');
      String name = part.substring(0, Math.max(0, equals));
      DescribedOption option =
          find(task, name)
              .orElseThrow(
                  () ->
                      new IllegalArgumentException(
                          problem + ", required: TASK, or TASK,OPTION=VALUE with its options"));
      changes.put(name, OptionJson.read(option, part.substring(equals + 1)));
    }
    return with(task, changes);
  }
}
