package stride.lab.sweep;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;

/** What is known of the options of trainings: the same rules that single trainings go by. */
public interface OptionRules {
  /**
   * Checks a value's type.
   *
   * @param option its name
   * @param value for it
   * @throws IllegalArgumentException if there is no such option, or the type is another
   */
  void requireType(String option, JsonNode value);

  /**
   * Whether an option is a whole number.
   *
   * @param option its name
   * @return false also for lists of them
   */
  boolean isInteger(String option);

  /**
   * The base with some options changed.
   *
   * @param changes by option; none for the base itself
   * @return flat, as a run's config.json has it, without a seed
   * @throws IllegalArgumentException naming the option that is impossible, and its range
   */
  ObjectNode resolve(Map<String, JsonNode> changes);

  /**
   * The shortest training there is.
   *
   * @param changes by option; none for the base itself
   * @return env steps of one iteration
   */
  long envStepsPerIteration(Map<String, JsonNode> changes);
}
