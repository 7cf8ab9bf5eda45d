package stride.sac;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.DoubleNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import stride.algo.Algorithm;
import stride.algo.Sitting;
import stride.env.Task;
import stride.memory.Slab;
import stride.nn.Backend;
import stride.parallel.Team;
import stride.play.Policy;
import stride.play.SavedPolicy;
import stride.play.SavedSquashed;
import stride.replay.ReplayLearner;
import stride.replay.ReplayMemory;
import stride.replay.ReplayUpdate;

/** SAC as the commands and the lab use it. */
public final class Sac implements Algorithm<SacOptions> {
  /** CleanRL's setting to the letter, for comparison with published returns. */
  public static final String CLEANRL = "cleanrl";

  /** The policy learns at every update, and from as many environments as are worth it. */
  public static final String TUNED = "tuned";

  static final String NAME = "sac";

  private static final int CHECKPOINT_EVERY = 10; // iterations
  private static final int STEPS_MEASURED = 256; // env steps of an iteration

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public Class<SacOptions> options() {
    return SacOptions.class;
  }

  @Override
  public List<String> presets() {
    return List.of(TUNED, CLEANRL);
  }

  @Override
  public void check(SacOptions options, Task task, long seed) {
    options.check(task);
  }

  @Override
  public long envStepsPerIteration(SacOptions options) {
    return options.rounds().envStepsPerIteration();
  }

  @Override
  public long totalTimesteps(SacOptions options) {
    return options.totalTimesteps();
  }

  @Override
  public long checkpointEvery(SacOptions options) {
    return CHECKPOINT_EVERY * envStepsPerIteration(options);
  }

  @Override
  public Backend backend(SacOptions options) {
    return options.backendChosen();
  }

  @Override
  public ReplayLearner learner(SacOptions options, Task task, long seed, Sitting sitting) {
    final int threads = sitting.team().size();
    return SacParts.learner(
        options,
        task,
        seed,
        sitting.team(),
        seconds -> WarmUp.run(options, task, threads, seconds));
  }

  /**
   * What learns, alone: for those who measure it.
   *
   * @param options checked
   * @param task what to learn
   * @param seed of all random numbers
   * @param memory what is learnt from; outlives it
   * @param team threads; outlives it
   * @return the caller's to close
   */
  public static ReplayUpdate update(
      SacOptions options, Task task, long seed, ReplayMemory memory, Team team) {
    return new SacUpdate(options.network(task), options.config(task, seed), memory, team);
  }

  @Override
  public Policy policy(SacOptions options, Task task, Map<String, Slab> state, long seed) {
    final SacNetwork network = options.network(task);
    final long size = network.layout().network().size();
    return new SacPolicy(network, SavedPolicy.parameters(state, size), seed);
  }

  @Override
  public boolean hasNetwork() {
    return true;
  }

  @Override
  public SavedSquashed network(
      Arena arena, SacOptions options, Task task, Map<String, Slab> state) {
    final SacNetwork network = options.network(task);
    return SavedSquashed.of(network.layout(), network.head(), state);
  }

  /** What those who tune SAC guess at, one by one. */
  @Override
  public List<Map<String, JsonNode>> usualChanges(ObjectNode base) {
    List<Map<String, JsonNode>> changes = new ArrayList<>();
    final boolean autotune = base.get("autotune").booleanValue();
    changes.add(Map.of("autotune", BooleanNode.valueOf(!autotune)));
    final boolean fresh = base.get("fresh_log_probs").booleanValue();
    changes.add(Map.of("fresh_log_probs", BooleanNode.valueOf(!fresh)));
    final int frequency = base.get("policy_frequency").intValue();
    changes.add(Map.of("policy_frequency", IntNode.valueOf(frequency == 1 ? 2 : 1)));
    for (String rate : List.of("policy_lr", "q_lr", "tau")) {
      final double value = base.get(rate).doubleValue();
      changes.add(Map.of(rate, DoubleNode.valueOf(value / 3)));
      changes.add(Map.of(rate, DoubleNode.valueOf(value * 3)));
    }
    final int batch = base.get("batch_size").intValue();
    changes.add(Map.of("batch_size", IntNode.valueOf(Math.max(1, batch / 2))));
    final int nStep = base.get("n_step").intValue();
    changes.add(Map.of("n_step", IntNode.valueOf(nStep == 3 ? 1 : 3)));
    return changes;
  }

  @Override
  public String measuredPreset() {
    return CLEANRL;
  }

  /** As many updates as env steps, from the first on. */
  @Override
  public Map<String, String> measured(int envs) {
    return Map.of(
        "num_envs", Integer.toString(envs),
        "train_frequency", Integer.toString(envs),
        "gradient_steps", Integer.toString(envs),
        "steps_per_iteration", Integer.toString(Math.max(1, STEPS_MEASURED / envs) * envs),
        "learning_starts", "0",
        "eval_every", "0");
  }
}
