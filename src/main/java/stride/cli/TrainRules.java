package stride.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.LinkedHashMap;
import java.util.Map;
import stride.algo.OptionTypes;
import stride.env.TaskOptions;
import stride.env.Tasks;
import stride.lab.sweep.OptionRules;
import stride.options.DescribedOption;
import stride.options.OptionJson;

/**
 * Those that {@code stride train} goes by.
 *
 * @param options of the command line, which the changes go over
 * @param task Gymnasium's name
 */
record TrainRules(RunOptions options, String task) implements OptionRules {
  @Override
  public void requireType(String option, JsonNode value) {
    OptionJson.accept(option(option), value);
  }

  @Override
  public boolean isInteger(String option) {
    return option(option).kind().whole();
  }

  private DescribedOption option(String name) {
    return TaskOptions.find(Tasks.of(task), name)
        .orElseGet(() -> OptionTypes.of(options.algorithm()).option(name));
  }

  @Override
  public ObjectNode resolve(Map<String, JsonNode> changes) {
    return resolveTexts(texts(changes));
  }

  private static Map<String, String> texts(Map<String, JsonNode> changes) {
    Map<String, String> texts = new LinkedHashMap<>();
    changes.forEach(
        (option, value) ->
            texts.put(option, value.isTextual() ? value.textValue() : value.toString()));
    return texts;
  }

  @Override
  public long envStepsPerIteration(Map<String, JsonNode> changes) {
    return options.run(task, null, texts(changes)).envStepsPerIteration();
  }

  /** The same for changes as one types them. */
  ObjectNode resolveTexts(Map<String, String> changes) {
    return options.run(task, null, changes).toJsonWithoutSeed();
  }
}
