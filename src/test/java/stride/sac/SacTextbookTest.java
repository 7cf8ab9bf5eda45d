package stride.sac;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import stride.env.Task;
import stride.env.Tasks;
import stride.memory.FloatSlab;
import stride.memory.SlabAllocator;
import stride.nn.NetworkLayout;
import stride.nn.ParameterTensor;
import stride.parallel.Team;
import stride.replay.ReplayCollector;
import stride.replay.ReplayMemory;

/**
 * Whether updates draw, learn and follow in the order and by the numbers that a textbook has,
 * update after update.
 */
class SacTextbookTest {
  private static final int UPDATES = 8;

  // the largest difference is 1.7e-6; an update in which one thing is out of place makes 1.7e-5 at
  // least
  private static final double TOLERANCE = 5e-6;

  /** Steps that are long beside their rounding: Adam makes little of gradients below its eps. */
  private static final Map<String, String> PLAIN =
      Map.of("policy_lr", "0.003", "q_lr", "0.01", "adam_eps", "0.001", "gradient_steps", "2");

  private static Arguments with(String task, String... changes) {
    Map<String, String> all = new HashMap<>(PLAIN);
    for (int k = 0; k < changes.length; k += 2) {
      all.put(changes[k], changes[k + 1]);
    }
    return Arguments.of(task, all);
  }

  static Stream<Arguments> variants() {
    return Stream.of(
        // CleanRL's order
        with("InvertedPendulum-v5"),
        with("Hopper-v5", "update_parts", "1", "activation", "tanh"),
        with("Hopper-v5", "update_parts", "3", "policy_frequency", "3", "backend", "reference"),
        // Stable-Baselines3's
        with("Hopper-v5", "policy_frequency", "1", "fresh_log_probs", "false"),
        with("InvertedPendulum-v5", "fresh_log_probs", "false", "target_entropy", "0.5"),
        with("InvertedPendulum-v5", "autotune", "false", "alpha", "0.3", "update_parts", "3"),
        with(
            "InvertedPendulum-v5",
            "n_step",
            "3",
            "tau",
            "0.1",
            "target_network_frequency",
            "2",
            "gamma",
            "0.9"));
  }

  @ParameterizedTest
  @MethodSource("variants")
  void updatesAreThoseOfATextbook(String name, Map<String, String> changes) {
    Task task = Tasks.of(name);
    SacOptions options = TinySac.options(task, changes);
    try (var learning = new Learning(options, task, 2);
        var textbook =
            new SacTextbook(
                options, task, TinySac.SEED, learning.memory, learning.update.acting())) {
      List<double[]> first = copies(textbook.actor.tensors());
      for (int update = 0; update < UPDATES; update++) {
        if (update % options.gradientSteps() == 0) {
          learning.collectUntilItLearns();
        }
        learning.update(update);
        textbook.update(update);
        assertSame(options, task, learning, textbook);
      }
      // and it has learnt
      assertThat(furthest(textbook.actor.tensors(), first)).isGreaterThan(100 * TOLERANCE);
      assertThat(furthest(textbook.targets.get(0).tensors(), textbook.critics.get(0).tensors()))
          .isGreaterThan(100 * TOLERANCE);
      assertThat(textbook.logAlpha[0] == 0).isEqualTo(!options.autotune());
    }
  }

  private static void assertSame(
      SacOptions options, Task task, Learning learning, SacTextbook textbook) {
    NetworkLayout network = options.network(task).layout().network();
    NetworkLayout followers = options.network(task).layout().targets();
    FloatSlab parameters = learning.update.acting();
    FloatSlab following = (FloatSlab) learning.update.state().get("target_parameters");
    List<double[]> expected = new ArrayList<>(textbook.actor.tensors());
    textbook.critics.forEach(critic -> expected.addAll(critic.tensors()));
    expected.add(textbook.logAlpha);
    assertSame(network.tensors(), parameters, expected);
    List<double[]> targets = new ArrayList<>();
    textbook.targets.forEach(target -> targets.addAll(target.tensors()));
    assertSame(followers.tensors(), following, targets);
  }

  private static void assertSame(
      List<ParameterTensor> tensors, FloatSlab slab, List<double[]> expected) {
    assertThat(tensors).hasSameSizeAs(expected);
    for (int t = 0; t < tensors.size(); t++) {
      double[] values = SacTextbook.doubles(tensors.get(t).get(slab));
      double difference = furthest(List.of(values), expected.subList(t, t + 1));
      assertThat(difference).as(tensors.get(t).name()).isLessThan(TOLERANCE);
    }
  }

  private static List<double[]> copies(List<double[]> tensors) {
    return tensors.stream().map(double[]::clone).toList();
  }

  /** The largest difference of two elements. */
  private static double furthest(List<double[]> some, List<double[]> others) {
    double furthest = 0;
    for (int t = 0; t < some.size(); t++) {
      assertThat(some.get(t)).hasSameSizeAs(others.get(t));
      for (int i = 0; i < some.get(t).length; i++) {
        furthest = Math.max(furthest, Math.abs(some.get(t)[i] - others.get(t)[i]));
      }
    }
    return furthest;
  }

  /** What is tested. */
  private static final class Learning implements AutoCloseable {
    final ReplayMemory memory;
    final SacUpdate update;
    private final SacOptions options;
    private final Team team;
    private final ReplayCollector collector;

    Learning(SacOptions options, Task task, int threads) {
      this.options = options;
      this.team = new Team(threads);
      this.memory =
          new ReplayMemory(
              task.spec(), options.numEnvs(), options.bufferSize(), SlabAllocator.PAGES);
      SacConfig config = options.config(task, TinySac.SEED);
      this.update = new SacUpdate(options.network(task), config, memory, team);
      this.collector =
          new ReplayCollector(task, memory, team, TinySac.SEED, steps(), false, update::actor);
    }

    private int steps() {
      return options.trainFrequency() / options.numEnvs();
    }

    /** A round, and more of them until learning starts. */
    void collectUntilItLearns() {
      do {
        collect();
      } while (memory.steps() * options.numEnvs() <= options.learningStarts());
    }

    private void collect() {
      final long before = memory.steps();
      team.run(
          member -> {
            collector.begin(member);
            collector.collect(member, update.acting(), 0, before, steps());
          });
      memory.steps(before + steps());
      update.collected(before, memory.steps());
    }

    void update(long number) {
      team.run(
          member -> {
            if (number == 0) { // once: what the updates leave behind must do for the next
              update.begin(member);
              team.barrier();
            }
            update.update(member, number, memory.steps(), 0);
          });
    }

    @Override
    public void close() {
      collector.close();
      update.close();
      memory.close();
      team.close();
    }
  }
}
