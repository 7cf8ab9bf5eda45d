package stride.a2c;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.DoubleNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import stride.algo.Algorithm;
import stride.algo.Sitting;
import stride.env.Task;
import stride.learn.Backends;
import stride.learn.Learner;
import stride.memory.Slab;
import stride.nn.Backend;
import stride.play.ActorCriticPolicy;
import stride.play.Policy;
import stride.play.SavedPolicy;

/** A2C as the commands and the lab use it. */
public final class A2c implements Algorithm<A2cOptions> {
  /**
   * Stable-Baselines3's: every value that its class has a default for, environments, normalisation
   * and length as RL Baselines3 Zoo has them. Its vf_coef of 0.5 is of the whole squared error, and
   * so 1 here.
   */
  public static final String SB3 = "sb3";

  /**
   * What CleanRL's PPO becomes with one epoch, one minibatch, no clip and advantages as they are,
   * over rollouts of 5 steps, at the learning rate of the A2C that CleanRL once had.
   */
  public static final String CLEANRL = "cleanrl";

  /** Many environments, for speed. */
  public static final String TUNED = "tuned";

  static final String NAME = "a2c";

  private static final int CHECKPOINT_EVERY = 20; // iterations

  private static final List<String> TOGGLED =
      List.of(
          "shared_backbone",
          "anneal_lr",
          "orthogonal_init",
          "bootstrap_truncation",
          "norm_obs",
          "norm_reward");

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public Class<A2cOptions> options() {
    return A2cOptions.class;
  }

  @Override
  public List<String> presets() {
    return List.of(TUNED, SB3, CLEANRL);
  }

  @Override
  public void check(A2cOptions options, Task task, long seed) {
    options.check(task, seed);
  }

  @Override
  public long envStepsPerIteration(A2cOptions options) {
    return options.config(0).envStepsPerIteration();
  }

  @Override
  public long totalTimesteps(A2cOptions options) {
    return options.totalTimesteps();
  }

  @Override
  public long checkpointEvery(A2cOptions options) {
    return CHECKPOINT_EVERY * envStepsPerIteration(options);
  }

  @Override
  public Backend backend(A2cOptions options) {
    return options.backendChosen();
  }

  @Override
  public Learner learner(A2cOptions options, Task task, long seed, Sitting sitting) {
    final int threads = sitting.team().size();
    return A2cLearner.of(
        options,
        task,
        seed,
        sitting.team(),
        seconds -> WarmUp.run(options, task, threads, seconds));
  }

  @Override
  public Policy policy(A2cOptions options, Task task, Map<String, Slab> state, long seed) {
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
  public SavedPolicy network(Arena arena, A2cOptions options, Task task, Map<String, Slab> state) {
    return SavedPolicy.of(arena, options.policy(task), options.normObs(), state);
  }

  /** What notes of such projects guess at, one by one. */
  @Override
  public List<Map<String, JsonNode>> usualChanges(ObjectNode base) {
    List<Map<String, JsonNode>> changes = new ArrayList<>();
    for (String option : TOGGLED) {
      changes.add(Map.of(option, BooleanNode.valueOf(!base.get(option).booleanValue())));
    }
    boolean clips = !base.get("max_grad_norm").isNull();
    changes.add(Map.of("max_grad_norm", clips ? NullNode.instance : DoubleNode.valueOf(0.5)));
    double vfCoef = base.get("vf_coef").doubleValue();
    changes.add(Map.of("vf_coef", DoubleNode.valueOf(vfCoef == 0 ? 0.5 : vfCoef / 2)));
    boolean plain = base.get("norm_adv").textValue().equals("none");
    changes.add(Map.of("norm_adv", TextNode.valueOf(plain ? "batch" : "none")));
    boolean nStep = base.get("gae_lambda").doubleValue() == 1;
    changes.add(Map.of("gae_lambda", DoubleNode.valueOf(nStep ? 0.95 : 1)));
    boolean bonus = base.get("ent_coef").doubleValue() != 0;
    changes.add(Map.of("ent_coef", DoubleNode.valueOf(bonus ? 0 : 0.01)));
    boolean rmsProp = base.get("optimizer").textValue().equals("rmsprop");
    changes.add(Map.of("optimizer", TextNode.valueOf(rmsProp ? "adam" : "rmsprop")));
    int steps = base.get("num_steps").intValue();
    changes.add(Map.of("num_steps", IntNode.valueOf(steps == 1 ? 5 : 1)));
    changes.add(Map.of("num_steps", IntNode.valueOf(4 * steps)));
    return changes;
  }

  @Override
  public String measuredPreset() {
    return SB3;
  }

  /** The learning rate stays, and iterations are long enough to be timed. */
  @Override
  public Map<String, String> measured(int envs) {
    return Map.of(
        "num_envs", Integer.toString(envs), "anneal_lr", "false", "steps_per_iteration", "8192");
  }
}
