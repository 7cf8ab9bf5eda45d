package stride.algo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import stride.env.Task;
import stride.files.JsonException;
import stride.files.JsonText;
import stride.options.OptionJson;

/**
 * An algorithm's options while they are put together, from a preset, a file and single options,
 * later ones on top.
 *
 * @param <O> the algorithm's record
 */
public final class OptionValues<O extends Record> {
  private final Algorithm<O> algorithm;
  private final OptionTypes types;
  private final ObjectNode values;

  private OptionValues(Algorithm<O> algorithm, ObjectNode values) {
    this.algorithm = algorithm;
    this.types = OptionTypes.of(algorithm);
    this.values = values;
  }

  /**
   * Begins with a preset.
   *
   * @param algorithm whose options
   * @param preset its name
   * @param task what to learn
   * @return all options
   * @throws IllegalArgumentException if there is no such preset, or its file is damaged
   */
  public static <O extends Record> OptionValues<O> preset(
      Algorithm<O> algorithm, String preset, Task task) {
    return new OptionValues<>(algorithm, Presets.json(algorithm, preset, task));
  }

  /** What they are about. */
  public OptionTypes types() {
    return types;
  }

  /**
   * Puts one option on top, given as text: a JSON value, words, or numbers with commas.
   *
   * @param name of the option
   * @param text its value
   * @throws IllegalArgumentException if there is no such option, or the value has another type
   */
  public void set(String name, String text) {
    values.set(name, OptionJson.read(types.option(name), text));
  }

  /**
   * Puts one option on top.
   *
   * @param name of the option
   * @param value its value
   * @throws IllegalArgumentException if there is no such option, or the value has another type
   */
  public void set(String name, JsonNode value) {
    values.set(name, types.accept(name, value));
  }

  /**
   * Puts options on top.
   *
   * @param options values by name
   * @return this
   * @throws IllegalArgumentException if there is no such option, or a value has another type
   */
  public OptionValues<O> setAll(Map<String, JsonNode> options) {
    options.forEach(this::set);
    return this;
  }

  /** All of them; whether they are possible is {@link Algorithm#check}'s question. */
  public O options() {
    try {
      return JsonText.toRecord(values, algorithm.options());
    } catch (JsonException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
  }

  /** A record of options by their names in JSON. */
  public static ObjectNode json(Record options) {
    return (ObjectNode) JsonText.tree(options);
  }
}
