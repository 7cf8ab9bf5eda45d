package stride.env;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.GZIPInputStream;
import stride.files.JsonException;
import stride.files.JsonText;
import stride.files.TextLines;

/**
 * A trajectory that Gymnasium computed: gzip, one JSON object a line.
 *
 * <pre>
 *   {"task", "obs_dim", "act_dim", "max_episode_steps", ...}              the header
 *   {"reset": true, "qpos", "qvel", "obs"}                                an episode starts here
 *   {"action", "obs", "reward", "terminated", "truncated", "qpos", "qvel"}   one step
 * </pre>
 *
 * <p>CartPole has "state" for "qpos" and "qvel". Whatever is wrong with a file is a {@link
 * GoldenFileException} that says where.
 */
final class GoldenFile implements AutoCloseable {
  // bytes: far above any line of Gymnasium's, and no line may fill the heap
  private static final int LONGEST_LINE = 16 << 20;

  private final Path file;
  private final TextLines lines;
  private final JsonNode header;

  GoldenFile(Path file) {
    this.file = file;
    this.lines = open(file);
    try {
      this.header = readObject();
      if (header == null) {
        throw wrong("the file is empty");
      }
      text("task");
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  private static TextLines open(Path file) {
    try {
      InputStream bytes = Files.newInputStream(file);
      try {
        return new TextLines(new GZIPInputStream(bytes), LONGEST_LINE);
      } catch (IOException e) {
        bytes.close();
        throw e;
      }
    } catch (NoSuchFileException e) {
      throw new GoldenFileException(file, 0, "no such file", e);
    } catch (IOException e) {
      throw new GoldenFileException(file, 0, reason(e), e);
    }
  }

  private static String reason(IOException e) {
    return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
  }

  /** An exception about the line read last. */
  GoldenFileException wrong(String reason) {
    return new GoldenFileException(file, line(), reason, null);
  }

  /** The number of the line read last, from 1. */
  int line() {
    return lines.number();
  }

  String task() {
    return text("task");
  }

  /** The time limit its episodes were cut at. */
  int maxEpisodeSteps() {
    int steps = integer("max_episode_steps");
    if (steps < 1) {
      throw wrong("max_episode_steps=" + steps + ", required: >= 1");
    }
    return steps;
  }

  /** Checks that the header describes a task as it is built. */
  void check(EnvSpec spec) {
    same("obs_dim", integer("obs_dim"), spec.observationElements());
    switch (spec.actionSpace()) {
      case ActionSpace.Discrete(int n) -> same("act_dim", integer("act_dim"), n);
      case ActionSpace.Box box -> {
        same("act_dim", integer("act_dim"), box.elements());
        same("frame_skip", integer("frame_skip"), spec.frameSkip());
        same("dt", number(header, "dt"), spec.dt());
        bounds("action_low", box.low());
        bounds("action_high", box.high());
      }
    }
  }

  private void bounds(String key, List<Float> required) {
    double[] bounds = numbers(header, key, required.size());
    for (int k = 0; k < bounds.length; k++) {
      same(key + "[" + k + "]", bounds[k], required.get(k));
    }
  }

  private void same(String what, double found, double required) {
    if (found != required) {
      throw wrong(what + "=" + found + ", required: " + required);
    }
  }

  /** The next line; null after the last. */
  GoldenLine next(EnvSpec spec, int coordinates) {
    JsonNode node = readObject();
    if (node == null) {
      return null;
    }
    double[] state = state(node, coordinates);
    double[] obs = numbers(node, "obs", spec.observationElements());
    if (node.has("reset")) {
      return new GoldenLine(state, obs);
    }
    return new GoldenLine(
        state,
        obs,
        action(node, spec.actionSpace()),
        number(node, "reward"),
        flag(node, "terminated"),
        flag(node, "truncated"));
  }

  private double[] state(JsonNode node, int coordinates) {
    if (node.has("state")) {
      return numbers(node, "state", coordinates);
    }
    int positions = field(node, "qpos").size();
    double[] qpos = numbers(node, "qpos", positions);
    double[] qvel = numbers(node, "qvel", coordinates - positions);
    double[] state = new double[coordinates];
    System.arraycopy(qpos, 0, state, 0, positions);
    System.arraycopy(qvel, 0, state, positions, qvel.length);
    return state;
  }

  private double[] action(JsonNode node, ActionSpace space) {
    return switch (space) {
      case ActionSpace.Box box -> numbers(node, "action", box.elements());
      case ActionSpace.Discrete(int n) -> {
        JsonNode value = field(node, "action");
        if (!value.isInt() || value.intValue() < 0 || value.intValue() >= n) {
          throw wrong("action is " + value + ", required: an integer in [0, " + n + ")");
        }
        yield new double[] {value.intValue()};
      }
    };
  }

  private JsonNode readObject() {
    try {
      String text = lines.next();
      if (text == null) {
        return null;
      }
      JsonNode node = JsonText.parse(text);
      if (!node.isObject()) {
        throw wrong("not a JSON object");
      }
      return node;
    } catch (JsonException e) {
      throw new GoldenFileException(file, line(), "not JSON: " + e.getMessage(), e);
    } catch (IOException e) {
      throw new GoldenFileException(file, line() + 1, reason(e), e);
    }
  }

  private JsonNode field(JsonNode node, String key) {
    JsonNode value = node.get(key);
    if (value == null) {
      throw wrong("no \"" + key + "\"");
    }
    return value;
  }

  private String text(String key) {
    JsonNode value = field(header, key);
    if (!value.isTextual()) {
      throw wrong(key + " is " + value + ", required: a string");
    }
    return value.textValue();
  }

  private int integer(String key) {
    JsonNode value = field(header, key);
    if (!value.isInt()) {
      throw wrong(key + " is " + value + ", required: an integer");
    }
    return value.intValue();
  }

  private boolean flag(JsonNode node, String key) {
    JsonNode value = field(node, key);
    if (!value.isBoolean()) {
      throw wrong(key + " is " + value + ", required: true or false");
    }
    return value.booleanValue();
  }

  private double number(JsonNode node, String key) {
    return number(field(node, key), key, -1);
  }

  private double number(JsonNode value, String key, int index) {
    if (!value.isNumber() || !Double.isFinite(value.doubleValue())) {
      String place = index < 0 ? key : key + "[" + index + "]";
      throw wrong(place + " is " + value + ", required: a finite number");
    }
    return value.doubleValue();
  }

  private double[] numbers(JsonNode node, String key, int length) {
    JsonNode values = field(node, key);
    if (!values.isArray() || values.size() != length) {
      String found = values.isArray() ? values.size() + " numbers" : "no array";
      throw wrong(key + " has " + found + ", required: " + length);
    }
    double[] numbers = new double[length];
    for (int k = 0; k < length; k++) {
      numbers[k] = number(values.get(k), key, k);
    }
    return numbers;
  }

  @Override
  public void close() {
    try {
      lines.close();
    } catch (IOException e) {
      throw new GoldenFileException(file, line(), reason(e), e);
    }
  }
}
