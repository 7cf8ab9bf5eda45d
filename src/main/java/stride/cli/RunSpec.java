package stride.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import stride.env.Task;
import stride.env.Tasks;
import stride.parallel.Team;
import stride.ppo.PpoLearner;
import stride.ppo.PpoOptions;
import stride.ppo.UpdateMode;
import stride.train.Checkpoint;
import stride.train.Code;
import stride.train.RunFolder;
import stride.train.TrainException;
import stride.train.TrainPlan;

/**
 * What a run is told when it begins, the same for all of its sittings: config.json says this and no
 * more.
 *
 * @param task Gymnasium's name
 * @param seed of all random numbers
 * @param preset what the options began with
 * @param options of the algorithm
 */
record RunSpec(String task, long seed, String preset, PpoOptions options) {
  static final String ALGO = "ppo";

  private static final int CHECKPOINT_EVERY = 20;

  /** Refuses what is impossible, so that no folder is made for it. */
  RunSpec {
    options.config(seed);
    options.policy(Tasks.of(task));
    options.backendChosen();
  }

  /** That of a run that was begun, from its config.json. */
  static RunSpec ofRun(Path run) {
    ObjectNode json = RunFolder.readConfig(run);
    try {
      ConfigFile file = ConfigFile.ofRun(json);
      TrainConfig config = TrainConfig.preset(file.preset(), Tasks.of(file.task()));
      config.overlay(file);
      return new RunSpec(file.task(), file.seed(), file.preset(), config.options());
    } catch (IllegalArgumentException e) {
      throw new TrainException(RunFolder.configFile(run) + ": " + e.getMessage(), e);
    }
  }

  /** The checkpoint of a run to play or export. */
  static Path checkpointFile(Path run, boolean best) {
    return best
        ? RunFolder.bestCheckpoint(run)
            .orElseThrow(() -> new TrainException(run + " has no best checkpoint yet"))
        : RunFolder.newestCheckpoint(run);
  }

  /** A checkpoint of this run, to be closed; that of another is refused. */
  Checkpoint read(Path file) {
    Checkpoint checkpoint = Checkpoint.read(file);
    try {
      checkpoint.info().requireOf(file, task, ALGO, seed);
      return checkpoint;
    } catch (TrainException e) {
      checkpoint.close();
      throw e;
    }
  }

  /** As config.json has it: flat, so that it can be the file of another run. */
  ObjectNode toJson() {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("schema_version", ConfigFile.SCHEMA_VERSION);
    json.put("algo", ALGO);
    json.put("task", task);
    json.put("seed", seed);
    json.put("preset", preset);
    json.setAll(TrainConfig.toJson(options));
    return json;
  }

  /** The same for any seed. */
  ObjectNode toJsonWithoutSeed() {
    ObjectNode json = toJson();
    json.remove("seed");
    return json;
  }

  /** The mode is of this sitting: all give the same bits. */
  PpoLearner learner(Team team, UpdateMode mode) {
    Task chosen = Tasks.of(task);
    return new PpoLearner(
        chosen, options.policy(chosen), options.backendChosen(), team, options.config(seed), mode);
  }

  TrainPlan plan(double warmUpSeconds, Code code) {
    return new TrainPlan(
        task, ALGO, seed, options.totalTimesteps(), CHECKPOINT_EVERY, warmUpSeconds, code);
  }

  /** What computes it here. */
  Code code(CodeReading reading) {
    return reading.get(Tasks.of(task), options.backendChosen());
  }
}
