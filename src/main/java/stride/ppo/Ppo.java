package stride.ppo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.DoubleNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import stride.algo.Algorithm;
import stride.algo.OptionValues;
import stride.algo.Sitting;
import stride.env.Task;
import stride.learn.Backends;
import stride.memory.Slab;
import stride.nn.Backend;
import stride.play.ActorCriticPolicy;
import stride.play.Policy;
import stride.play.SavedPolicy;

/** PPO as the commands and the lab use it. */
public final class Ppo implements Algorithm<PpoOptions> {
  /** CleanRL's setting to the letter, for comparison with published returns. */
  public static final String CLEANRL = "cleanrl";

  /** Many environments, for speed, and what {@code stride sweep} found for the task. */
  public static final String TUNED = "tuned";

  private static final int CHECKPOINT_EVERY = 20; // iterations

  private static final List<String> TOGGLED =
      List.of(
          "clip_vloss",
          "anneal_lr",
          "orthogonal_init",
          "bootstrap_truncation",
          "norm_obs",
          "norm_reward");
  private static final double NO_CLIP = 1e9; // no gradient is as long

  /**
   * Env steps of an iteration that is measured, where that is a whole number for each environment.
   */
  private static final int ROWS = 8192;

  private static final int FEWEST_ENVS_OF_ROWS = 4;
  private static final int MOST_ENVS_OF_ROWS = 64;
  private static final int STEPS_OF_FEW = 2048;
  private static final int STEPS_OF_MANY = 128;
  private static final int MINIBATCHES = 32;

  @Override
  public String name() {
    return "ppo";
  }

  @Override
  public Class<PpoOptions> options() {
    return PpoOptions.class;
  }

  @Override
  public List<String> presets() {
    return List.of(TUNED, CLEANRL);
  }

  /**
   * Every option fixed, for a task.
   *
   * @param preset {@link #TUNED} or {@link #CLEANRL}
   * @throws IllegalArgumentException if there is no such preset
   */
  public PpoOptions preset(String preset, Task task) {
    return OptionValues.preset(this, preset, task).options();
  }

  @Override
  public void check(PpoOptions options, Task task, long seed) {
    options.config(seed);
    options.policy(task);
    options.backendChosen();
  }

  @Override
  public long envStepsPerIteration(PpoOptions options) {
    return (long) options.numEnvs() * options.numSteps();
  }

  @Override
  public long totalTimesteps(PpoOptions options) {
    return options.totalTimesteps();
  }

  @Override
  public long checkpointEvery(PpoOptions options) {
    return CHECKPOINT_EVERY * envStepsPerIteration(options);
  }

  @Override
  public Backend backend(PpoOptions options) {
    return options.backendChosen();
  }

  @Override
  public PpoLearner learner(PpoOptions options, Task task, long seed, Sitting sitting) {
    return new PpoLearner(
        task,
        options.policy(task),
        options.backendChosen(),
        sitting.team(),
        options.config(seed),
        sitting.updateMode());
  }

  @Override
  public Policy policy(PpoOptions options, Task task, Map<String, Slab> state, long seed) {
    return new ActorCriticPolicy(
        options.policy(task),
        options.normObs(),
        state,
        Backends.kernels(options.backendChosen()),
        seed);
  }

  @Override
  public boolean hasNetwork() {
    return true;
  }

  @Override
  public SavedPolicy network(Arena arena, PpoOptions options, Task task, Map<String, Slab> state) {
    return SavedPolicy.of(arena, options.policy(task), options.normObs(), state);
  }

  /** Each of PPO's habits switched off, or on where the base is without it. */
  @Override
  public List<Map<String, JsonNode>> usualChanges(ObjectNode base) {
    List<Map<String, JsonNode>> changes = new ArrayList<>();
    for (String option : TOGGLED) {
      changes.add(Map.of(option, BooleanNode.valueOf(!base.get(option).booleanValue())));
    }
    boolean plain = base.get("norm_adv").textValue().equals("none");
    changes.add(Map.of("norm_adv", TextNode.valueOf(plain ? "minibatch" : "none")));
    boolean usual = base.get("gamma").doubleValue() == 0.99;
    changes.add(Map.of("gamma", DoubleNode.valueOf(usual ? 0.999 : 0.99)));
    boolean clips = base.get("max_grad_norm").doubleValue() < NO_CLIP;
    changes.add(Map.of("max_grad_norm", DoubleNode.valueOf(clips ? NO_CLIP : 0.5)));
    return changes;
  }

  @Override
  public String measuredPreset() {
    return CLEANRL;
  }

  /** The learning rate stays, and statistics wait for a rollout's end. */
  @Override
  public Map<String, String> measured(int envs) {
    return Map.of(
        "num_envs",
        Integer.toString(envs),
        "num_steps",
        Integer.toString(numSteps(envs)),
        "anneal_lr",
        "false",
        "stats_update",
        "rollout");
  }

  /**
   * How many steps an environment does in an iteration that is measured: as many as 8192 rows allow
   * that CleanRL's 32 minibatches divide, where that leaves more than 128.
   *
   * @param envs number of environments
   * @return T
   */
  public static int numSteps(int envs) {
    if (envs < FEWEST_ENVS_OF_ROWS) {
      return STEPS_OF_FEW;
    }
    if (envs > MOST_ENVS_OF_ROWS) {
      return STEPS_OF_MANY;
    }
    int steps = ROWS / envs;
    while (steps * envs % MINIBATCHES != 0) {
      steps--;
    }
    return steps;
  }
}
