package stride.dqn;

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

/** A small learner of CartPole, and its team; closes both. */
final class TinyDqn implements AutoCloseable {
  static final Task TASK = Tasks.of("CartPole-v1");
  static final long SEED = 5;

  /** CleanRL's, but small; 10 of the 20 rounds of the first iteration learn. */
  private static final Map<String, String> SMALL =
      Map.ofEntries(
          Map.entry("num_envs", "3"),
          Map.entry("train_frequency", "6"),
          Map.entry("learning_starts", "60"),
          Map.entry("steps_per_iteration", "120"),
          Map.entry("buffer_size", "150"),
          Map.entry("batch_size", "37"),
          Map.entry("target_network_frequency", "24"),
          Map.entry("exploration_fraction", "0.0001"),
          Map.entry("hidden", "17,33"));

  /** Everything that CleanRL's lacks. */
  static final Map<String, String> RICH =
      Map.ofEntries(
          Map.entry("double_q", "true"),
          Map.entry("dueling", "true"),
          Map.entry("prioritized_replay", "true"),
          Map.entry("gradient_steps", "2"),
          Map.entry("n_step", "3"),
          Map.entry("loss", "huber"),
          Map.entry("update_parts", "3"),
          Map.entry("target_network_frequency", "3"),
          Map.entry("tau", "0.05"),
          Map.entry("max_grad_norm", "0.5"));

  final Team team;
  final ReplayLearner learner;

  TinyDqn(int threads, Map<String, String> changes) {
    this.team = new Team(threads);
    this.learner = new Dqn().learner(options(changes), TASK, SEED, Sitting.on(team));
  }

  static DqnOptions options(Map<String, String> changes) {
    OptionValues<DqnOptions> values = OptionValues.preset(new Dqn(), Dqn.CLEANRL, TASK);
    SMALL.forEach(values::set);
    changes.forEach(values::set);
    new Dqn().check(values.options(), TASK, SEED);
    return values.options();
  }

  TinyDqn iterate(int iterations) {
    for (int k = 0; k < iterations; k++) {
      learner.iterate(0);
    }
    return this;
  }

  FloatSlab parameters() {
    return (FloatSlab) learner.state().get("parameters");
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
