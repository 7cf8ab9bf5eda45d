package stride.dqn;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.DoubleNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
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
import stride.play.SavedValues;
import stride.replay.ReplayLearner;
import stride.replay.ReplayMemory;
import stride.replay.ReplayUpdate;

/** DQN as the commands and the lab use it. */
public final class Dqn implements Algorithm<DqnOptions> {
  /** CleanRL's setting to the letter, for comparison with published returns. */
  public static final String CLEANRL = "cleanrl";

  /** Many environments, for speed. */
  public static final String TUNED = "tuned";

  static final String NAME = "dqn";

  private static final int CLEANRL_FREQUENCY = 10; // env steps between updates

  private static final int CHECKPOINT_EVERY = 20; // iterations

  private static final List<String> TOGGLED = List.of("double_q", "dueling", "prioritized_replay");

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public Class<DqnOptions> options() {
    return DqnOptions.class;
  }

  @Override
  public List<String> presets() {
    return List.of(TUNED, CLEANRL);
  }

  @Override
  public void check(DqnOptions options, Task task, long seed) {
    options.check(task, seed);
  }

  @Override
  public long envStepsPerIteration(DqnOptions options) {
    return options.rounds().envStepsPerIteration();
  }

  @Override
  public long totalTimesteps(DqnOptions options) {
    return options.totalTimesteps();
  }

  @Override
  public long checkpointEvery(DqnOptions options) {
    return CHECKPOINT_EVERY * envStepsPerIteration(options);
  }

  @Override
  public Backend backend(DqnOptions options) {
    return options.backendChosen();
  }

  @Override
  public ReplayLearner learner(DqnOptions options, Task task, long seed, Sitting sitting) {
    final int threads = sitting.team().size();
    return DqnParts.learner(
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
      DqnOptions options, Task task, long seed, ReplayMemory memory, Team team) {
    final var network = new QNetwork(options.layout(task), options.backendChosen());
    return new DqnUpdate(network, options.config(seed), memory, team);
  }

  @Override
  public Policy policy(DqnOptions options, Task task, Map<String, Slab> state, long seed) {
    final var network = new QNetwork(options.layout(task), options.backendChosen());
    return new DqnPolicy(
        network, SavedPolicy.parameters(state, network.layout().size()), options.endE(), seed);
  }

  @Override
  public boolean hasNetwork() {
    return true;
  }

  @Override
  public SavedValues network(Arena arena, DqnOptions options, Task task, Map<String, Slab> state) {
    return SavedValues.of(options.layout(task), state);
  }

  /** What notes of such projects guess at, one by one. */
  @Override
  public List<Map<String, JsonNode>> usualChanges(ObjectNode base) {
    List<Map<String, JsonNode>> changes = new ArrayList<>();
    for (String option : TOGGLED) {
      changes.add(Map.of(option, BooleanNode.valueOf(!base.get(option).booleanValue())));
    }
    int nStep = base.get("n_step").intValue();
    changes.add(Map.of("n_step", IntNode.valueOf(nStep == 3 ? 1 : 3)));
    int frequency = base.get("target_network_frequency").intValue();
    changes.add(Map.of("target_network_frequency", IntNode.valueOf(Math.max(1, frequency / 4))));
    changes.add(Map.of("target_network_frequency", IntNode.valueOf(4 * frequency)));
    long size = base.get("buffer_size").longValue();
    changes.add(Map.of("buffer_size", LongNode.valueOf(Math.max(size / 10, smallest(base)))));
    changes.add(Map.of("buffer_size", LongNode.valueOf(10 * size)));
    double rate = base.get("learning_rate").doubleValue();
    changes.add(Map.of("learning_rate", DoubleNode.valueOf(rate / 4)));
    changes.add(Map.of("learning_rate", DoubleNode.valueOf(rate * 4)));
    double fraction = base.get("exploration_fraction").doubleValue();
    changes.add(Map.of("exploration_fraction", DoubleNode.valueOf(fraction / 4)));
    boolean linear = base.get("epsilon_schedule").textValue().equals("linear");
    changes.add(Map.of("epsilon_schedule", TextNode.valueOf(linear ? "exponential" : "linear")));
    return changes;
  }

  /** The fewest transitions that a memory can do with. */
  private static long smallest(ObjectNode base) {
    long steps = base.get("n_step").longValue() * base.get("num_envs").longValue();
    return Math.max(base.get("batch_size").longValue(), steps);
  }

  @Override
  public String measuredPreset() {
    return CLEANRL;
  }

  /**
   * As many updates for each env step as CleanRL has, from the first step on and to the last alike.
   */
  @Override
  public Map<String, String> measured(int envs) {
    final int round = CLEANRL_FREQUENCY * envs / gcd(CLEANRL_FREQUENCY, envs);
    return Map.of(
        "num_envs", Integer.toString(envs),
        "train_frequency", Integer.toString(round),
        "gradient_steps", Integer.toString(round / CLEANRL_FREQUENCY),
        "anneal_lr", "false",
        "learning_starts", "0",
        "start_e", "0.05",
        "end_e", "0.05",
        "eval_every", "0");
  }

  private static int gcd(int a, int b) {
    return b == 0 ? a : gcd(b, a % b);
  }
}
