package stride.reinforce;

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

/** A small learner and its team; closes both. */
final class TinyReinforce implements AutoCloseable {
  static final Task CART_POLE = Tasks.of("CartPole-v1");
  static final long SEED = 5;

  /** The classic one, but of several environments. */
  private static final Map<String, String> SMALL =
      Map.of(
          "num_envs", "3",
          "num_steps", "5",
          "steps_per_iteration", "300",
          "episodes_per_update", "4",
          "hidden", "17,33");

  /** Everything that the classic one lacks. */
  static final Map<String, String> RICH =
      Map.ofEntries(
          Map.entry("num_envs", "7"),
          Map.entry("steps_per_iteration", "1000"),
          Map.entry("episodes_per_update", "11"),
          Map.entry("baseline", "true"),
          Map.entry("optimizer", "rmsprop"),
          Map.entry("anneal_lr", "true"),
          Map.entry("ent_coef", "0.01"),
          Map.entry("max_grad_norm", "0.5"),
          Map.entry("eval_every", "20"),
          Map.entry("eval_episodes", "2"),
          Map.entry("activation", "tanh"),
          Map.entry("orthogonal_init", "true"));

  final Team team;
  final ReplayLearner learner;

  TinyReinforce(int threads, Map<String, String> changes) {
    this(CART_POLE, threads, changes);
  }

  TinyReinforce(Task task, int threads, Map<String, String> changes) {
    this.team = new Team(threads);
    this.learner = new Reinforce().learner(options(task, changes), task, SEED, Sitting.on(team));
  }

  static ReinforceOptions options(Task task, Map<String, String> changes) {
    OptionValues<ReinforceOptions> values =
        OptionValues.preset(new Reinforce(), Reinforce.CLASSIC, task);
    SMALL.forEach(values::set);
    changes.forEach(values::set);
    new Reinforce().check(values.options(), task, SEED);
    return values.options();
  }

  TinyReinforce iterate(int iterations) {
    for (int k = 0; k < iterations; k++) {
      learner.iterate(0.5);
    }
    return this;
  }

  FloatSlab parameters() {
    return (FloatSlab) learner.state().get("parameters");
  }

  double updates() {
    return learner.diagnostics().get("charts/updates");
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
