package stride.algo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.lang.foreign.Arena;
import java.util.List;
import java.util.Map;
import stride.env.Task;
import stride.learn.Learner;
import stride.memory.Slab;
import stride.nn.Backend;
import stride.play.Policy;
import stride.play.SavedNetwork;

/**
 * An algorithm as commands and the lab see it. Stateless. A new one is a package of its own and one
 * line in {@code META-INF/services/stride.algo.Algorithm}.
 *
 * @param <O> its options: a record whose components all have an {@link stride.options.OptionRule}
 */
public interface Algorithm<O extends Record> {
  /** As config.json, run folders and checkpoints name it, for example {@code ppo}. */
  String name();

  /** Its record of options; their Javadoc is the help. */
  Class<O> options();

  /** The presets' names; the first is the default. */
  default List<String> presets() {
    return List.of("default");
  }

  /**
   * Refuses options that are impossible, and tasks that it cannot learn.
   *
   * @param options all of them
   * @param task what to learn
   * @param seed of the run
   * @throws IllegalArgumentException naming the option and its range
   */
  void check(O options, Task task, long seed);

  /** Env steps of an iteration, of all environments together. */
  long envStepsPerIteration(O options);

  /** Env steps of a whole run. */
  long totalTimesteps(O options);

  /** Env steps between checkpoints. */
  long checkpointEvery(O options);

  /** What computes. */
  Backend backend(O options);

  /**
   * Makes a learner in its first state.
   *
   * @param options checked
   * @param task what to learn
   * @param seed of all random numbers
   * @param sitting how it is computed here
   * @return the caller's to close
   * @throws stride.nn.BackendUnavailableException if the backend cannot run here
   */
  Learner learner(O options, Task task, long seed, Sitting sitting);

  /**
   * The policy of a run, to play with.
   *
   * @param options of the run
   * @param task what it learnt
   * @param state of a checkpoint, or of a learner between two iterations; must stay as it is until
   *     the policy is closed
   * @param seed of the actions drawn
   * @return the caller's to close
   * @throws IllegalArgumentException if the state is not of such a run
   */
  Policy policy(O options, Task task, Map<String, Slab> state, long seed);

  /** Whether a run's policy is a network, which {@link #network} gives. */
  default boolean hasNetwork() {
    return false;
  }

  /**
   * What the policy of a run computes with, for export.
   *
   * @param arena owner of its statistics
   * @param options of the run
   * @param task what it learnt
   * @param state of a checkpoint; outlives the network
   * @return its parameters and statistics
   * @throws IllegalArgumentException if the state is not of such a run
   * @throws UnsupportedOperationException if there is no network
   */
  default SavedNetwork network(Arena arena, O options, Task task, Map<String, Slab> state) {
    throw new UnsupportedOperationException("algo=" + name() + " has no network");
  }

  /**
   * The single changes that an ablation tries unless it is told others.
   *
   * @param base all options by name
   * @return changes, each of one option
   */
  default List<Map<String, JsonNode>> usualChanges(ObjectNode base) {
    return List.of();
  }

  /** The preset whose speed is measured unless another is asked for. */
  default String measuredPreset() {
    return presets().getFirst();
  }

  /**
   * What measuring speed changes of that preset, so that nothing is annealed and iterations are
   * comparable work for any number of environments.
   *
   * @param envs number of environments
   * @return values by option
   */
  default Map<String, String> measured(int envs) {
    return Map.of("num_envs", Integer.toString(envs));
  }
}
