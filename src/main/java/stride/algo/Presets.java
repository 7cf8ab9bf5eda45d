package stride.algo;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import stride.env.ActionSpace;
import stride.env.Task;
import stride.files.JsonException;
import stride.files.JsonText;

/**
 * Presets as JSON files: {@code presets/ALGO/PRESET.json} has every option, and on top of it come
 * {@code PRESET/discrete.json} where actions are choices and {@code PRESET/TASK.json}, if they are
 * there, with the options that differ.
 */
public final class Presets {
  private static final String FOLDER = "/presets/";
  private static final String DISCRETE = "discrete";

  private Presets() {}

  /**
   * Every option fixed, for a task.
   *
   * @param algorithm whose preset
   * @param preset one of {@link Algorithm#presets}
   * @param task what to learn
   * @return all options by name, in the order of the record
   * @throws IllegalArgumentException if there is no such preset, or its file is damaged: the
   *     message names the file
   */
  public static ObjectNode json(Algorithm<?> algorithm, String preset, Task task) {
    if (!algorithm.presets().contains(preset)) {
      throw new IllegalArgumentException(
          "preset=" + preset + ", required: one of " + algorithm.presets());
    }
    String name = FOLDER + algorithm.name() + "/" + preset;
    ObjectNode given = JsonNodeFactory.instance.objectNode();
    overlay(algorithm, name + ".json", given);
    if (task.spec().actionSpace() instanceof ActionSpace.Discrete) {
      overlay(algorithm, name + "/" + DISCRETE + ".json", given);
    }
    overlay(algorithm, name + "/" + task.spec().id() + ".json", given);
    return inOrder(algorithm, name + ".json", given);
  }

  private static void overlay(Algorithm<?> algorithm, String resource, ObjectNode onto) {
    Optional<String> text = text(algorithm, resource);
    if (text.isEmpty()) {
      return;
    }
    try {
      OptionTypes types = OptionTypes.of(algorithm);
      JsonText.parse(text.get())
          .properties()
          .forEach(
              option ->
                  onto.set(option.getKey(), types.accept(option.getKey(), option.getValue())));
    } catch (JsonException | IllegalArgumentException e) {
      throw new IllegalArgumentException("damaged preset " + resource + ": " + e.getMessage(), e);
    }
  }

  private static Optional<String> text(Algorithm<?> algorithm, String resource) {
    try (InputStream in = algorithm.getClass().getResourceAsStream(resource)) {
      return in == null
          ? Optional.empty()
          : Optional.of(new String(in.readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new IllegalArgumentException("cannot read preset " + resource, e);
    }
  }

  private static ObjectNode inOrder(Algorithm<?> algorithm, String resource, ObjectNode given) {
    try {
      return (ObjectNode) JsonText.tree(JsonText.toRecord(given, algorithm.options()));
    } catch (JsonException e) {
      throw new IllegalArgumentException("damaged preset " + resource + ": " + e.getMessage(), e);
    }
  }
}
