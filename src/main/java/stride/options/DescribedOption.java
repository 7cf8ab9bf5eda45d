package stride.options;

import static java.util.stream.Collectors.joining;

import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An option of an algorithm or a task as its record describes it: the help, the documentation and
 * the checks have one source.
 *
 * @param options the record
 * @param component its name in Java
 * @param type its type in Java, that of a list's elements included
 * @param rule what values it may have
 */
public record DescribedOption(
    Class<? extends Record> options, String component, Type type, OptionRule rule) {
  /** The build puts the records' sources there. */
  private static final String SOURCES = "/META-INF/stride/options/";

  private static final Pattern PARAMETER =
      Pattern.compile("@param (\\w+) (.*?)(?=\\s@\\w|$)", Pattern.DOTALL);
  private static final Pattern CODE = Pattern.compile("\\{@\\w+ ([^}]*)}");

  // read when the first sentence is asked for: a training needs none
  private static final ClassValue<Map<String, String>> SENTENCES =
      new ClassValue<>() {
        @Override
        protected Map<String, String> computeValue(Class<?> options) {
          return sentences(options);
        }
      };

  // read by reflection, and asked for at every start by presets, flags and files
  private static final ClassValue<List<DescribedOption>> OPTIONS =
      new ClassValue<>() {
        @Override
        protected List<DescribedOption> computeValue(Class<?> options) {
          return read(options.asSubclass(Record.class));
        }
      };

  /** The options of a record, in its order. All its components have an {@link OptionRule}. */
  public static List<DescribedOption> of(Class<? extends Record> options) {
    return OPTIONS.get(options);
  }

  private static List<DescribedOption> read(Class<? extends Record> options) {
    return Arrays.stream(options.getRecordComponents())
        .map(
            component ->
                new DescribedOption(
                    options, component.getName(), component.getGenericType(), rule(component)))
        .toList();
  }

  /**
   * Checks all numbers of a record against the ranges that its rules say.
   *
   * @throws IllegalArgumentException naming the option and its range
   */
  public static void check(Record options) {
    of(options.getClass()).forEach(option -> option.check(option.value(options)));
  }

  private void check(Object value) {
    if (value instanceof List<?> numbers) {
      boolean all = numbers.stream().allMatch(each -> rule.range().contains((Number) each));
      Require.require(name(), value, all, "integers, each " + rule.range());
    } else if (rule.numbers().length > 0) {
      boolean one = Arrays.stream(rule.numbers()).anyMatch(number -> value.equals(number));
      Require.require(name(), value, one, numbers());
    } else if (type != String.class && type != boolean.class) {
      Require.require(name(), (Number) value, rule.range());
    }
  }

  private String numbers() {
    return "one of "
        + Arrays.stream(rule.numbers()).mapToObj(Integer::toString).collect(joining(", "));
  }

  private Object value(Record record) {
    try {
      return options.getMethod(component).invoke(record);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("cannot read " + component, e);
    }
  }

  /**
   * What it means: the component's Javadoc, a sentence without a full stop.
   *
   * @throws IllegalStateException if the build left out the record's source
   */
  public String sentence() {
    return SENTENCES.get(options).get(component);
  }

  private static OptionRule rule(RecordComponent component) {
    OptionRule rule = component.getAnnotation(OptionRule.class);
    if (rule == null) {
      throw new IllegalStateException(component + " has no rule");
    }
    return rule;
  }

  /** The parameters of the record's Javadoc. */
  private static Map<String, String> sentences(Class<?> options) {
    String name = options.getSimpleName();
    String source = source(options, SOURCES + options.getName().replace('.', '/') + ".java");
    int end = source.indexOf("\npublic record " + name + "(");
    String comment =
        source.substring(source.lastIndexOf("/**", end), source.lastIndexOf("*/", end));
    String text = comment.replaceAll("\\s*\\n\\s*\\*\\s*", " ");
    Map<String, String> sentences = new LinkedHashMap<>();
    Matcher parameter = PARAMETER.matcher(text);
    while (parameter.find()) {
      sentences.put(parameter.group(1), CODE.matcher(parameter.group(2).strip()).replaceAll("$1"));
    }
    return sentences;
  }

  private static String source(Class<?> options, String resource) {
    try (InputStream in = options.getResourceAsStream(resource)) {
      if (in == null) {
        throw new IllegalStateException("no " + resource + " on the class path: run `make build`");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new IllegalStateException("cannot read " + resource, e);
    }
  }

  /** What a value in JSON must be. */
  public enum Kind {
    /** An int or a long. */
    INTEGER("integer"),
    /** An int or a long that may be absent. */
    INTEGER_OR_NULL("integer or null"),
    /** A double. */
    NUMBER("number"),
    /** A double that may be absent. */
    NUMBER_OR_NULL("number or null"),
    /** A boolean. */
    TRUTH("true or false"),
    /** A text. */
    WORD("text"),
    /** A list of ints. */
    INTEGERS("integers"),
    /** A list of ints that may be absent. */
    INTEGERS_OR_NULL("integers or null"),
    /** A list of doubles. */
    NUMBERS("numbers");

    private final String words;

    Kind(String words) {
      this.words = words;
    }

    /** Whether it is a whole number, if it is there. */
    public boolean whole() {
      return this == INTEGER || this == INTEGER_OR_NULL;
    }

    /** Whether it is a list of numbers. */
    public boolean several() {
      return this == INTEGERS || this == INTEGERS_OR_NULL || this == NUMBERS;
    }

    /** As messages have it, after {@code required:}. */
    public String words() {
      return words;
    }
  }

  /** Its name in JSON: snake_case. */
  public String name() {
    return PropertyNamingStrategies.SnakeCaseStrategy.INSTANCE.translate(component);
  }

  /** What its value must be. */
  public Kind kind() {
    if (type == int.class || type == long.class) {
      return Kind.INTEGER;
    }
    if (type == Integer.class || type == Long.class) {
      return Kind.INTEGER_OR_NULL;
    }
    if (type == double.class) {
      return Kind.NUMBER;
    }
    if (type == Double.class) {
      return Kind.NUMBER_OR_NULL;
    }
    if (type == boolean.class) {
      return Kind.TRUTH;
    }
    if (type instanceof ParameterizedType list) {
      if (list.getActualTypeArguments()[0] == Double.class) {
        return Kind.NUMBERS;
      }
      return rule.range().contains(null) ? Kind.INTEGERS_OR_NULL : Kind.INTEGERS;
    }
    return Kind.WORD;
  }

  /** The words that true and false stand for; empty for most. */
  public Map<String, String> truths() {
    return rule.truths().length == 0
        ? Map.of()
        : Map.of("true", rule.truths()[0], "false", rule.truths()[1]);
  }

  /** The words that it may be, in order; none unless it is a text. */
  public List<String> words() {
    return Arrays.stream(rule.words().getEnumConstants()).map(word -> Words.of(word)).toList();
  }

  /** What values it may have, with their unit, as words for a user. */
  public String range() {
    if (type == boolean.class) {
      return "true or false";
    }
    if (type == String.class) {
      return "one of " + String.join(", ", words());
    }
    if (rule.numbers().length > 0) {
      return numbers();
    }
    String several = kind() == Kind.NUMBERS ? Kind.NUMBERS.words() : Kind.INTEGERS.words();
    String numbers = kind().several() ? several + " with commas, each " : "";
    String unit = rule.unit().isEmpty() ? "" : rule.unit() + ", ";
    return unit + numbers + rule.range();
  }
}
