package stride.dqn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.lang.foreign.Arena;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import stride.memory.FloatSlab;
import stride.memory.IntSlab;
import stride.memory.SlabAllocator;
import stride.nn.Backend;
import stride.optim.OptimizerKind;
import stride.parallel.Team;
import stride.replay.PrioritySampler;
import stride.replay.ReplayCollector;
import stride.replay.ReplayGather;
import stride.replay.ReplayMemory;
import stride.replay.Sampler;
import stride.replay.UniformSampler;

/**
 * Whether updates draw, learn, follow and renew in the order and by the clocks that a textbook has,
 * round after round: it takes whole batches, on one thread. What its parts compute is tested where
 * they are.
 */
class TextbookTest {
  private static final int ROUNDS = 24;
  private static final float TOLERANCE = 2e-6f; // the sums of a batch that is in parts

  private static final Map<String, String> PLAIN =
      Map.of("start_e", "1", "end_e", "1", "max_grad_norm", "" + QFixture.MAX_GRAD_NORM);

  private static Map<String, String> with(String... changes) {
    Map<String, String> all = new HashMap<>(PLAIN);
    for (int k = 0; k < changes.length; k += 2) {
      all.put(changes[k], changes[k + 1]);
    }
    return all;
  }

  /** With an optimiser that does not make much of rounding, where a batch is in parts. */
  static Stream<Map<String, String>> variants() {
    return Stream.of(
        with("update_parts", "1"),
        with("update_parts", "3", "optimizer", "sgd", "learning_rate", "0.1"),
        with("update_parts", "1", "prioritized_replay", "true", "gradient_steps", "2"),
        with(
            "update_parts", "3",
            "optimizer", "sgd",
            "learning_rate", "0.05",
            "prioritized_replay", "true",
            "double_q", "true",
            "dueling", "true",
            "n_step", "3",
            "loss", "huber",
            "gradient_steps", "3",
            "target_network_frequency", "3",
            "tau", "0.1"));
  }

  @ParameterizedTest
  @MethodSource("variants")
  void updatesAreThoseOfATextbook(Map<String, String> changes) {
    DqnOptions options = TinyDqn.options(changes);
    try (var learning = new Learning(options, 2);
        var textbook = new Textbook(options, learning.memory)) {
      textbook.beginWith(learning.update.acting());
      int updates = 0;
      for (int round = 0; round < ROUNDS; round++) {
        final long before = learning.memory.steps();
        learning.collect();
        textbook.collected(before);
        if (learning.envSteps() > options.learningStarts()) {
          for (int k = 0; k < options.gradientSteps(); k++) {
            learning.update(updates);
            textbook.update(updates);
            updates++;
            assertSame(options, learning.update.acting(), textbook.fixture.copy.parameters());
          }
          textbook.follow(learning.envSteps());
          FloatSlab target = (FloatSlab) learning.update.state().get("target_parameters");
          assertSame(options, target, textbook.fixture.target.parameters());
        }
      }
      assertThat(updates).isGreaterThan(10);
    }
  }

  private static void assertSame(DqnOptions options, FloatSlab parameters, FloatSlab expected) {
    final float tolerance = options.updateParts() == 1 ? 0 : TOLERANCE;
    assertThat(parameters.toArray()).containsExactly(expected.toArray(), within(tolerance));
  }

  /** They are drawn by errors from then on: those that nobody learnt from have the largest. */
  @Test
  void prioritiesAreThoseOfTheLastErrors() {
    DqnOptions options = TinyDqn.options(with("prioritized_replay", "true"));
    try (var learning = new Learning(options, 1);
        var textbook = new Textbook(options, learning.memory)) {
      textbook.beginWith(learning.update.acting());
      while (learning.envSteps() <= options.learningStarts()) {
        final long before = learning.memory.steps();
        learning.collect();
        textbook.collected(before);
      }
      learning.update(0);
      textbook.update(0);
      FloatSlab priorities = (FloatSlab) learning.update.state().get("priorities");
      for (int k = 0; k < options.batchSize(); k++) {
        double error = Math.abs(textbook.fixture.errors.get(k)) + 1e-6;
        assertThat((double) priorities.get(textbook.rows.get(k)))
            .isCloseTo(Math.pow(error, options.priorityAlpha()), within(1e-5));
      }
    }
  }

  /** What is tested, with environments that act at random. */
  private static final class Learning implements AutoCloseable {
    final ReplayMemory memory;
    final DqnUpdate update;
    private final DqnOptions options;
    private final Team team;
    private final ReplayCollector collector;

    Learning(DqnOptions options, int threads) {
      this.options = options;
      this.team = new Team(threads);
      this.memory =
          new ReplayMemory(
              TinyDqn.TASK.spec(), options.numEnvs(), options.bufferSize(), SlabAllocator.PAGES);
      var network = new QNetwork(options.layout(TinyDqn.TASK), Backend.REFERENCE);
      this.update = new DqnUpdate(network, options.config(TinyDqn.SEED), memory, team);
      this.collector =
          new ReplayCollector(
              TinyDqn.TASK, memory, team, TinyDqn.SEED, steps(), false, update::actor);
    }

    private int steps() {
      return options.trainFrequency() / options.numEnvs();
    }

    long envSteps() {
      return memory.steps() * options.numEnvs();
    }

    void collect() {
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
            update.begin(member);
            team.barrier();
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

  /** The same, as it is written down: whole batches, one thing after the other. */
  private static final class Textbook implements AutoCloseable {
    final QFixture fixture;
    final IntSlab rows;
    private final Arena arena = Arena.ofConfined();
    private final DqnOptions options;
    private final ReplayMemory memory;
    private final Sampler sampler;
    private final ReplayGather gather;

    Textbook(DqnOptions options, ReplayMemory memory) {
      final int batch = options.batchSize();
      this.options = options;
      this.memory = memory;
      this.rows = IntSlab.allocate(arena, batch);
      this.fixture =
          new QFixture(
              Backend.REFERENCE,
              options.layout(TinyDqn.TASK),
              TdLoss.valueOf(options.loss().toUpperCase(java.util.Locale.ROOT)),
              options.doubleQ(),
              batch,
              OptimizerKind.of(options.optimizer()));
      this.sampler =
          options.prioritizedReplay()
              ? new PrioritySampler(
                  memory,
                  options.nStep(),
                  TinyDqn.SEED,
                  batch,
                  options.priorityAlpha(),
                  options.priorityBeta(),
                  SlabAllocator.PAGES)
              : new UniformSampler(memory, options.nStep(), TinyDqn.SEED);
      this.gather = new ReplayGather(memory, options.nStep(), options.gamma());
    }

    void beginWith(FloatSlab parameters) {
      fixture.copy.parameters().copyFrom(parameters);
      fixture.target.follow(parameters, 1);
    }

    void collected(long before) {
      if (sampler instanceof PrioritySampler priorities) {
        priorities.wrote(before, memory.steps());
      }
    }

    void update(long number) {
      final int batch = options.batchSize();
      sampler.rows(memory.steps(), number, 0, batch, rows, fixture.weights);
      gather.rows(rows, 0, batch, fixture.loss.batch());
      fixture.differentiate();
      fixture.step(number + 1, options.learningRate());
      if (sampler instanceof PrioritySampler priorities) {
        priorities.renew(rows, fixture.errors, batch);
      }
    }

    /** After the updates of a round: for each multiple of the frequency that it has passed. */
    void follow(long envSteps) {
      for (long step = envSteps - options.trainFrequency() + 1; step <= envSteps; step++) {
        if (step % options.targetNetworkFrequency() == 0) {
          fixture.target.follow(fixture.copy.parameters(), options.tau());
        }
      }
    }

    @Override
    public void close() {
      sampler.close();
      fixture.close();
      arena.close();
    }
  }
}
