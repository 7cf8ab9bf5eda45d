package stride.sac;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.util.Map;
import java.util.SequencedMap;
import stride.algo.OptionValues;
import stride.algo.Sitting;
import stride.env.Task;
import stride.env.Tasks;
import stride.memory.FloatSlab;
import stride.memory.Slab;
import stride.parallel.Team;
import stride.replay.ReplayLearner;

/** A small learner of the inverted pendulum, and its team; closes both. */
final class TinySac implements AutoCloseable {
  /** One element of an action, in [-3, 3]; random actions end an episode in a few steps. */
  static final Task TASK = Tasks.of("InvertedPendulum-v5");

  static final long SEED = 5;

  /** CleanRL's, but small; 10 of the 20 rounds of the first iteration learn. */
  private static final Map<String, String> SMALL =
      Map.ofEntries(
          Map.entry("num_envs", "3"),
          Map.entry("train_frequency", "6"),
          Map.entry("learning_starts", "60"),
          Map.entry("steps_per_iteration", "120"),
          Map.entry("buffer_size", "150"),
          Map.entry("batch_size", "25"),
          Map.entry("hidden", "24,17"));

  /** Everything that CleanRL's lacks. */
  static final Map<String, String> RICH =
      Map.ofEntries(
          Map.entry("gradient_steps", "2"),
          Map.entry("policy_frequency", "1"),
          Map.entry("fresh_log_probs", "false"),
          Map.entry("n_step", "3"),
          Map.entry("tau", "0.1"),
          Map.entry("target_network_frequency", "2"),
          Map.entry("target_entropy", "-0.5"),
          Map.entry("update_parts", "3"),
          Map.entry("activation", "tanh"));

  final Team team;
  final ReplayLearner learner;

  TinySac(int threads, Map<String, String> changes) {
    this.team = new Team(threads);
    this.learner = new Sac().learner(options(changes), TASK, SEED, Sitting.on(team));
  }

  static SacOptions options(Map<String, String> changes) {
    return options(TASK, changes);
  }

  static SacOptions options(Task task, Map<String, String> changes) {
    OptionValues<SacOptions> values = OptionValues.preset(new Sac(), Sac.CLEANRL, task);
    SMALL.forEach(values::set);
    changes.forEach(values::set);
    new Sac().check(values.options(), task, SEED);
    return values.options();
  }

  TinySac iterate(int iterations) {
    for (int k = 0; k < iterations; k++) {
      learner.iterate(0);
    }
    return this;
  }

  FloatSlab parameters() {
    return (FloatSlab) learner.state().get("parameters");
  }

  FloatSlab targets() {
    return (FloatSlab) learner.state().get("target_parameters");
  }

  /** A checksum of everything in the state. */
  long checksum() {
    SequencedMap<String, Slab> state = learner.state();
    long checksum = 0;
    for (Slab slab : state.values()) {
      for (long at = 0; at < slab.sizeBytes(); at++) {
        checksum = checksum * 31 + slab.segment().get(JAVA_BYTE, at);
      }
    }
    return checksum;
  }

  @Override
  public void close() {
    learner.close();
    team.close();
  }
}
