package stride.lab.trials;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import stride.env.Tasks;
import stride.files.Digest;
import stride.files.JsonText;
import stride.lab.process.Build;

/**
 * One configuration and one seed.
 *
 * @param name how progress calls the configuration, for example {@code candidate}
 * @param config flat, as a run's config.json has it: the task, the algorithm and every option
 * @param seed of the run
 * @param build what trains it
 * @param evaluatedBy what plays its final policy: the same for all that are compared
 */
public record Trial(String name, ObjectNode config, long seed, Build build, Build evaluatedBy) {
  private static final int KEY_DIGITS = 12;

  // an earlier form of trial.json lacks what is asked for now, and is not looked for
  private static final String FORM = "trial 3";

  // what a run's config.json says that is no part of its configuration: presets only fill in
  // options
  private static final List<String> NOT_OF_THE_KEY = List.of("schema_version", "preset", "seed");

  private static final Set<String> NOT_IN_THE_LABEL =
      Set.of("schema_version", "preset", "seed", "task", "algo");

  /** Gymnasium's name of what is trained. */
  public String task() {
    return config.get("task").textValue();
  }

  /** Twelve digits that tell configurations and code apart; the same for all seeds. */
  public String key() {
    var options = new TreeMap<String, Object>();
    config.properties().forEach(option -> options.put(option.getKey(), option.getValue()));
    NOT_OF_THE_KEY.forEach(options::remove);
    return new Digest()
        .add(FORM)
        .add(JsonText.line(options))
        .add(build.origin().commit())
        .add(build.origin().code())
        .add(evaluatedBy.origin().code())
        .hex()
        .substring(0, KEY_DIGITS);
  }

  /** The run's folder, named so that people and TensorBoard can tell it from others. */
  Path folder(Path root) {
    String configuration =
        "%s__%s__%s"
            .formatted(TrialLabel.of(config, NOT_IN_THE_LABEL), build.origin().revision(), key());
    return root.resolve(Tasks.fileName(task())).resolve(configuration).resolve("seed-" + seed);
  }
}
