package stride.reinforce;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.DoubleNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import stride.algo.Algorithm;
import stride.algo.Sitting;
import stride.env.Task;
import stride.learn.Backends;
import stride.memory.Slab;
import stride.nn.Backend;
import stride.play.ActorCriticPolicy;
import stride.play.Policy;
import stride.play.SavedPolicy;
import stride.replay.ReplayLearner;

/** REINFORCE as the commands and the lab use it. */
public final class Reinforce implements Algorithm<ReinforceOptions> {
  /**
   * One environment and one episode for each update, with the network, rate and normalised returns
   * of PyTorch's example, which has dropout beside.
   */
  public static final String CLASSIC = "classic";

  /** Many environments and episodes for each update, with a baseline. */
  public static final String TUNED = "tuned";

  static final String NAME = "reinforce";

  private static final int CHECKPOINT_EVERY = 20; // iterations

  private static final List<String> TOGGLED =
      List.of("baseline", "norm_returns", "anneal_lr", "orthogonal_init");

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public Class<ReinforceOptions> options() {
    return ReinforceOptions.class;
  }

  @Override
  public List<String> presets() {
    return List.of(TUNED, CLASSIC);
  }

  @Override
  public void check(ReinforceOptions options, Task task, long seed) {
    options.check(task, seed);
  }

  @Override
  public long envStepsPerIteration(ReinforceOptions options) {
    return options.rounds().envStepsPerIteration();
  }

  @Override
  public long totalTimesteps(ReinforceOptions options) {
    return options.totalTimesteps();
  }

  @Override
  public long checkpointEvery(ReinforceOptions options) {
    return CHECKPOINT_EVERY * envStepsPerIteration(options);
  }

  @Override
  public Backend backend(ReinforceOptions options) {
    return options.backendChosen();
  }

  @Override
  public ReplayLearner learner(ReinforceOptions options, Task task, long seed, Sitting sitting) {
    final int threads = sitting.team().size();
    return ReinforceParts.learner(
        options,
        task,
        seed,
        sitting.team(),
        seconds -> WarmUp.run(options, task, threads, seconds));
  }

  @Override
  public Policy policy(ReinforceOptions options, Task task, Map<String, Slab> state, long seed) {
    return new ActorCriticPolicy(
        options.policy(task), false, state, Backends.kernels(options.backendChosen()), seed);
  }

  @Override
  public boolean hasNetwork() {
    return true;
  }

  @Override
  public SavedPolicy network(
      Arena arena, ReinforceOptions options, Task task, Map<String, Slab> state) {
    return SavedPolicy.of(arena, options.policy(task), false, state);
  }

  /** What notes of such projects guess at, one by one. */
  @Override
  public List<Map<String, JsonNode>> usualChanges(ObjectNode base) {
    List<Map<String, JsonNode>> changes = new ArrayList<>();
    for (String option : TOGGLED) {
      changes.add(Map.of(option, BooleanNode.valueOf(!base.get(option).booleanValue())));
    }
    boolean discounted = base.get("gamma").doubleValue() < 1;
    changes.add(Map.of("gamma", DoubleNode.valueOf(discounted ? 1 : 0.99)));
    int episodes = base.get("episodes_per_update").intValue();
    changes.add(Map.of("episodes_per_update", IntNode.valueOf(episodes == 1 ? 8 : 1)));
    changes.add(Map.of("episodes_per_update", IntNode.valueOf(4 * episodes)));
    double rate = base.get("learning_rate").doubleValue();
    changes.add(Map.of("learning_rate", DoubleNode.valueOf(rate / 4)));
    changes.add(Map.of("learning_rate", DoubleNode.valueOf(rate * 4)));
    boolean bonus = base.get("ent_coef").doubleValue() != 0;
    changes.add(Map.of("ent_coef", DoubleNode.valueOf(bonus ? 0 : 0.01)));
    boolean clips = !base.get("max_grad_norm").isNull();
    changes.add(Map.of("max_grad_norm", clips ? NullNode.instance : DoubleNode.valueOf(0.5)));
    return changes;
  }

  /** One episode of each environment for an update, and nothing that changes on the way. */
  @Override
  public Map<String, String> measured(int envs) {
    return Map.of(
        "num_envs", Integer.toString(envs),
        "episodes_per_update", Integer.toString(envs),
        "steps_per_iteration", "8192",
        "anneal_lr", "false",
        "eval_every", "0");
  }
}
