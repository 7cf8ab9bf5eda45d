package stride.train;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.Map;
import stride.algo.Algorithm;
import stride.algo.OptionValues;
import stride.algo.Sitting;
import stride.env.Task;
import stride.env.TaskOptions;
import stride.env.Tasks;
import stride.files.FileException;
import stride.learn.Learner;
import stride.memory.Slab;
import stride.nn.Backend;
import stride.play.Policy;
import stride.play.SavedNetwork;

/**
 * What a run is told when it begins, the same for all of its sittings: config.json says this and no
 * more.
 *
 * @param algorithm what learns
 * @param task what is learnt, with its options
 * @param seed of all random numbers
 * @param preset what the options began with
 * @param options of the algorithm
 * @param <O> its record
 */
public record RunSpec<O extends Record>(
    Algorithm<O> algorithm, Task task, long seed, String preset, O options) {

  /** Refuses what is impossible, so that no folder is made for it. */
  public RunSpec {
    algorithm.check(options, task, seed);
  }

  /**
   * That of a run that was begun, from its config.json.
   *
   * @param run its folder
   * @return the same
   * @throws TrainException if it is no run's folder
   * @throws FileException if its config.json is damaged, or says what is impossible
   */
  public static RunSpec<?> ofRun(Path run) {
    ObjectNode json = RunFolder.readConfig(run);
    try {
      ConfigFile file = ConfigFile.ofRun(RunFolder.configFile(run), json);
      return of(file.algorithm(), file);
    } catch (IllegalArgumentException e) {
      throw new FileException(RunFolder.configFile(run), e.getMessage(), e);
    }
  }

  private static <O extends Record> RunSpec<O> of(Algorithm<O> algorithm, ConfigFile file) {
    Task task = TaskOptions.with(Tasks.of(file.task()), file.taskOptions());
    OptionValues<O> values = OptionValues.preset(algorithm, file.preset(), task);
    values.setAll(file.options());
    return new RunSpec<>(algorithm, task, file.seed(), file.preset(), values.options());
  }

  /**
   * The checkpoint of a run to play or export.
   *
   * @param run its folder
   * @param best whether the best one, whose {@link Checkpoint#bestSlabs} are the policy's, or else
   *     the newest
   * @return its file
   * @throws TrainException if there is none
   */
  public static Path checkpointFile(Path run, boolean best) {
    return best
        ? CheckpointStore.of(run)
            .best()
            .orElseThrow(() -> new TrainException(run + " has no best checkpoint yet"))
        : CheckpointStore.of(run).newest();
  }

  /**
   * Reads a checkpoint of this run.
   *
   * @param file of the checkpoint
   * @return to be closed
   * @throws FileException if it cannot be read, or is damaged
   * @throws TrainException if it is of another run
   */
  public Checkpoint read(Path file) {
    Checkpoint checkpoint = Checkpoint.read(file);
    try {
      checkpoint.info().requireOf(file, task.spec().id(), algorithm.name(), seed);
      return checkpoint;
    } catch (TrainException e) {
      checkpoint.close();
      throw e;
    }
  }

  /** As config.json has it: flat, so that it can be the file of another run. */
  public ObjectNode toJson() {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("schema_version", ConfigFile.SCHEMA_VERSION);
    json.put("algo", algorithm.name());
    json.put("task", task.spec().id());
    if (TaskOptions.areChanged(task)) {
      json.set(ConfigFile.TASK_OPTIONS, TaskOptions.json(task));
    }
    json.put("seed", seed);
    json.put("preset", preset);
    json.setAll(OptionValues.json(options));
    return json;
  }

  /** The same for any seed. */
  public ObjectNode toJsonWithoutSeed() {
    ObjectNode json = toJson();
    json.remove("seed");
    return json;
  }

  /** Env steps of an iteration, of all environments together. */
  public long envStepsPerIteration() {
    return algorithm.envStepsPerIteration(options);
  }

  /** What computes. */
  public Backend backend() {
    return algorithm.backend(options);
  }

  /**
   * Makes the learner in its first state.
   *
   * @param sitting how it is computed here
   * @return to be closed
   */
  public Learner learner(Sitting sitting) {
    return algorithm.learner(options, task, seed, sitting);
  }

  /**
   * The policy of a checkpoint, to play with.
   *
   * @param state must stay as it is until the policy is closed
   * @param playSeed of the actions drawn
   * @return to be closed
   * @throws IllegalArgumentException if the state does not fit
   */
  public Policy policy(Map<String, Slab> state, long playSeed) {
    return algorithm.policy(options, task, state, playSeed);
  }

  /**
   * What the policy of a checkpoint computes with.
   *
   * @param arena owner of its statistics
   * @param state outlives it
   * @return its parameters and statistics
   * @throws IllegalArgumentException if the state does not fit
   * @throws UnsupportedOperationException if the algorithm has no network
   */
  public SavedNetwork network(Arena arena, Map<String, Slab> state) {
    return algorithm.network(arena, options, task, state);
  }

  /**
   * What a sitting is to do, with checkpoints as the algorithm has them.
   *
   * @param warmUpSeconds how long the learner may compile before the clock starts
   * @param code what computes
   * @return the plan
   */
  public TrainPlan plan(double warmUpSeconds, Code code) {
    return new TrainPlan(
        task.spec().id(),
        algorithm.name(),
        seed,
        algorithm.totalTimesteps(options),
        new Cadence.EverySteps(algorithm.checkpointEvery(options)),
        warmUpSeconds,
        code);
  }
}
