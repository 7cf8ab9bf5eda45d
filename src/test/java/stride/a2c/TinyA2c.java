package stride.a2c;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.util.Map;
import java.util.SequencedMap;
import stride.algo.OptionValues;
import stride.algo.Sitting;
import stride.env.Task;
import stride.env.Tasks;
import stride.learn.Learner;
import stride.memory.FloatSlab;
import stride.memory.Slab;
import stride.parallel.Team;

/** A small learner and its team; closes both. */
final class TinyA2c implements AutoCloseable {
  static final Task CART_POLE = Tasks.of("CartPole-v1");
  static final long SEED = 5;

  /** SB3's, but small: rounds of 35 rows, in chunks of 18 and 17. */
  private static final Map<String, String> SMALL =
      Map.of("num_envs", "7", "steps_per_iteration", "350", "hidden", "17,33");

  /** Everything that SB3's lacks. */
  static final Map<String, String> RICH =
      Map.ofEntries(
          Map.entry("num_steps", "40"), // 280 rows, in 6 chunks of 47 at most
          Map.entry("optimizer", "adam"),
          Map.entry("anneal_lr", "true"),
          Map.entry("norm_adv", "batch"),
          Map.entry("gae_lambda", "0.9"),
          Map.entry("ent_coef", "0.01"),
          Map.entry("max_grad_norm", "null"),
          Map.entry("norm_obs", "true"),
          Map.entry("norm_reward", "true"),
          Map.entry("activation", "relu"),
          Map.entry("orthogonal_init", "false"));

  /** Hidden layers in common. */
  static final Map<String, String> SHARED = Map.of("shared_backbone", "true", "ent_coef", "0.01");

  final Team team;
  final Learner learner;

  TinyA2c(int threads, Map<String, String> changes) {
    this(CART_POLE, threads, changes);
  }

  TinyA2c(Task task, int threads, Map<String, String> changes) {
    this.team = new Team(threads);
    this.learner = new A2c().learner(options(task, changes), task, SEED, Sitting.on(team));
  }

  static A2cOptions options(Task task, Map<String, String> changes) {
    OptionValues<A2cOptions> values = OptionValues.preset(new A2c(), A2c.SB3, task);
    SMALL.forEach(values::set);
    changes.forEach(values::set);
    new A2c().check(values.options(), task, SEED);
    return values.options();
  }

  TinyA2c iterate(int iterations) {
    for (int k = 0; k < iterations; k++) {
      learner.iterate(0.5);
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
