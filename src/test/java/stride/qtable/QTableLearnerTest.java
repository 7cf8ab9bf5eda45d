package stride.qtable;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.management.ThreadMXBean;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.lang.management.ManagementFactory;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import stride.algo.OptionValues;
import stride.algo.Sitting;
import stride.collect.EpsilonGreedy;
import stride.env.Shard;
import stride.env.ShardOptions;
import stride.env.StepOutputs;
import stride.env.Task;
import stride.env.Tasks;
import stride.learn.Knob;
import stride.learn.Learner;
import stride.learn.Stage;
import stride.memory.FloatSlab;
import stride.memory.IntSlab;
import stride.memory.Slab;
import stride.parallel.Team;

class QTableLearnerTest {
  private static final Task CARTPOLE = Tasks.of("CartPole-v1");
  private static final QTable ALGORITHM = new QTable();
  private static final int ENVS = 8;

  private final Team team = new Team(1);

  @AfterEach
  void free() {
    team.close();
  }

  private static QTableOptions options(String... changes) {
    OptionValues<QTableOptions> values = OptionValues.preset(ALGORITHM, "tuned", CARTPOLE);
    values.set("num_envs", Integer.toString(ENVS));
    values.set("steps_per_iteration", "4096");
    values.set("total_timesteps", "400000");
    values.set("eval_every", "0");
    for (int k = 0; k < changes.length; k += 2) {
      values.set(changes[k], changes[k + 1]);
    }
    return values.options();
  }

  private static Learner learner(QTableOptions options, Team team) {
    return ALGORITHM.learner(options, CARTPOLE, 3, Sitting.on(team));
  }

  private static void iterate(Learner learner, int from, int to) {
    for (int k = from; k < to; k++) {
      learner.iterate(k / 100.0);
    }
  }

  private static Map<String, byte[]> bytes(SequencedMap<String, Slab> state) {
    Map<String, byte[]> bytes = new HashMap<>();
    state.forEach((name, slab) -> bytes.put(name, slab.segment().toArray(ValueLayout.JAVA_BYTE)));
    return bytes;
  }

  private static void assertSame(Learner one, Learner other) {
    Map<String, byte[]> bytes = bytes(one.state());
    Map<String, byte[]> others = bytes(other.state());
    assertThat(others.keySet()).isEqualTo(bytes.keySet());
    bytes.forEach((name, each) -> assertThat(others.get(name)).as(name).isEqualTo(each));
  }

  // ---- what it computes ------------------------------------------------------------------------

  /** The algorithm as a textbook has it, with a table in Java's memory. */
  private static final class Textbook implements AutoCloseable {
    private final Arena arena = Arena.ofConfined();
    private final QTableOptions options;
    private final Buckets buckets;
    private final float[][] table;
    private final Shard shard = new Shard(CARTPOLE, 0, ENVS, 3, ShardOptions.DEFAULTS);
    private final EpsilonGreedy exploration = new EpsilonGreedy(3, 2);
    private final StepOutputs outputs = StepOutputs.allocate(arena, ENVS, 4);
    private final IntSlab actions = IntSlab.allocate(arena, ENVS);
    private long ended;
    private int truncated;

    Textbook(QTableOptions options) {
      this.options = options;
      this.buckets = options.evenBuckets();
      this.table = new float[buckets.cells()][2];
      shard.reset(outputs.obs(), 0, 4);
    }

    void step(double rate) {
      double epsilon = options.epsilon().at(shard.steps() * ENVS, ended);
      int[] cells = new int[ENVS];
      for (int env = 0; env < ENVS; env++) {
        cells[env] = buckets.cell(outputs.floats(), 4L * env);
        int best = table[cells[env]][1] > table[cells[env]][0] ? 1 : 0;
        boolean explores = exploration.explores(epsilon, env, shard.steps());
        actions.set(env, explores ? exploration.choice() : best);
      }
      shard.act(actions, 0);
      shard.advance();
      shard.finish(outputs, 0, 0);
      for (int env = 0; env < ENVS; env++) {
        boolean cut = outputs.truncated().get(env) != 0;
        FloatSlab next = cut ? shard.terminalObservations() : outputs.floats();
        float[] after = table[buckets.cell(next, 4L * env)];
        double future = options.gamma() * Math.max(after[0], after[1]);
        double target = 1 + (outputs.terminated().get(env) != 0 ? 0 : future);
        double value = table[cells[env]][actions.get(env)];
        table[cells[env]][actions.get(env)] = (float) (value + rate * (target - value));
        ended += cut || outputs.terminated().get(env) != 0 ? 1 : 0;
        truncated += cut ? 1 : 0;
      }
      shard.finishedEpisodes().clear();
    }

    @Override
    public void close() {
      shard.close();
      arena.close();
    }
  }

  @ParameterizedTest
  @CsvSource({"linear, steps", "linear, episodes", "exponential, episodes"})
  void computesWhatATextbookDoes(String schedule, String clock) {
    QTableOptions options = options("epsilon_schedule", schedule, "epsilon_by", clock);
    try (Learner learner = learner(options, team);
        var textbook = new Textbook(options)) {
      final int iterations = 90;
      iterate(learner, 0, iterations);
      for (int k = 0; k < iterations; k++) {
        for (int t = 0; t < options.numSteps(); t++) {
          textbook.step(options.learningRates().at(k / 100.0));
        }
      }
      FloatSlab table = (FloatSlab) learner.state().get("parameters");
      for (int cell = 0; cell < textbook.table.length; cell++) {
        assertThat(table.get(2L * cell)).as("cell %d", cell).isEqualTo(textbook.table[cell][0]);
        assertThat(table.get(2L * cell + 1)).as("cell %d", cell).isEqualTo(textbook.table[cell][1]);
      }
      assertThat(learner.episodes().episodes()).isEqualTo(textbook.ended);
      assertThat(textbook.truncated).as("truncations, which are what is hard").isPositive();
    }
  }

  @Test
  void theNumberOfThreadsChangesNothing() {
    try (Team three = new Team(3);
        Learner one = learner(options(), team);
        Learner other = learner(options(), three)) {
      iterate(one, 0, 4);
      iterate(other, 0, 4);
      assertSame(one, other);
    }
  }

  @Test
  void goesOnFromAStateWithTheSameBits() {
    QTableOptions options = options("eval_every", "100", "epsilon_by", "episodes");
    try (Learner whole = learner(options, team);
        Learner first = learner(options, team);
        Learner second = learner(options, team)) {
      iterate(whole, 0, 12);
      iterate(first, 0, 5);
      second.restore(first.state());
      iterate(second, 5, 12);
      assertSame(second, whole);
      assertThat(second.diagnostics()).isEqualTo(whole.diagnostics());
      assertThat(second.judgedReturn()).isEqualTo(whole.judgedReturn()).isNotNaN();
    }
  }

  @Test
  void evaluationsLeaveTheTrainingAlone() {
    try (Learner without = learner(options(), team);
        Learner with = learner(options("eval_every", "50"), team)) {
      assertThat(with.judgedReturn()).isNaN();
      iterate(without, 0, 10);
      iterate(with, 0, 10);
      Map<String, byte[]> bytes = bytes(with.state());
      assertThat(bytes.remove("evaluation")).isNotNull();
      assertThat(bytes.remove("best_parameters")).isNotNull();
      Map<String, byte[]> expected = bytes(without.state());
      assertThat(bytes.keySet()).isEqualTo(expected.keySet());
      expected.forEach((name, each) -> assertThat(bytes.get(name)).as(name).isEqualTo(each));
      assertThat(with.last().wallNanos(Stage.EVAL)).isPositive();
      assertThat(without.last().stages()).containsExactly(Stage.ROLLOUT, Stage.UPDATE);
    }
  }

  @Test
  void allocatesNothing() {
    var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    try (Learner learner = learner(options(), team)) {
      learner.warmUp(20);
      iterate(learner, 0, 20);
      long fewest = Long.MAX_VALUE;
      for (int k = 0; k < 20; k++) {
        long before = threads.getCurrentThreadAllocatedBytes();
        learner.iterate(0.5);
        fewest = Math.min(fewest, threads.getCurrentThreadAllocatedBytes() - before);
      }
      assertThat(fewest).as("bytes of an iteration").isLessThanOrEqualTo(64);
    }
  }

  // ---- what can be changed in flight -----------------------------------------------------------

  @Test
  void aKnobStaysAsItWasTurned() {
    try (Learner learner = learner(options(), team);
        Learner restored = learner(options(), team)) {
      iterate(learner, 0, 2);
      assertThat(knob(learner, "epsilon").get().getAsDouble()).isBetween(0.9, 1.0);
      assertThat(knob(learner, "learning_rate").get().getAsDouble())
          .isEqualTo(options().learningRate() * 0.99);
      knob(learner, "epsilon").turnTo(0);
      knob(learner, "learning_rate").turnTo(0);
      restored.restore(learner.state());
      byte[] table = bytes(learner.state()).get("parameters");
      iterate(restored, 2, 4);
      assertThat(bytes(restored.state()).get("parameters")).isEqualTo(table);
      assertThat(restored.diagnostics())
          .containsEntry("charts/epsilon", 0.0)
          .containsEntry("charts/learning_rate", 0.0);
      assertThatThrownBy(() -> knob(learner, "epsilon").turnTo(1.5))
          .hasMessage("epsilon=1.5, required: in [0, 1]");
    }
  }

  private static Knob knob(Learner learner, String name) {
    return learner.knobs().stream()
        .filter(each -> each.name().equals(name))
        .findAny()
        .orElseThrow();
  }

  // ---- what is tried ---------------------------------------------------------------------------

  @Test
  void everyUsualChangeIsPossible() {
    ObjectNode json = OptionValues.json(options());
    List<Map<String, JsonNode>> changes = ALGORITHM.usualChanges(json);
    assertThat(changes).hasSize(8).doesNotHaveDuplicates();
    assertThat(changes.getFirst().get("buckets").toString()).isEqualTo("[2,2,4,4]");
    for (Map<String, JsonNode> change : changes) {
      assertThat(change).hasSize(1);
      change.forEach((name, value) -> assertThat(json.get(name)).as(name).isNotEqualTo(value));
      QTableOptions changed =
          OptionValues.preset(ALGORITHM, "tuned", CARTPOLE).setAll(change).options();
      ALGORITHM.check(changed, CARTPOLE, 1);
    }
    ObjectNode coarse = OptionValues.json(options("buckets", "1,1,1,1", "learning_rate", "1"));
    assertThat(ALGORITHM.usualChanges(coarse)).hasSize(6);
  }

  // ---- what is refused -------------------------------------------------------------------------

  @Test
  void aStateOfAnotherTableIsRefused() {
    try (Learner learner = learner(options(), team);
        Learner other = learner(options("buckets", "1,1,3,3"), team)) {
      assertThatThrownBy(() -> other.restore(learner.state()))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageStartingWith("parameters=");
      assertThatThrownBy(
              () -> ALGORITHM.policy(options("buckets", "1,1,3,3"), CARTPOLE, learner.state(), 1))
          .hasMessageStartingWith("parameters=FloatSlab");
    }
  }

  @Test
  void tablesBeyondFreeMemoryAreRefusedWithBothNumbers() {
    QTableOptions large = options("buckets", "100,100,100,100");
    QTable.requirePossible(large, 2, 800_000_000);
    assertThatThrownBy(() -> QTable.requirePossible(large, 2, 799_999_999))
        .hasMessage("buckets=[100, 100, 100, 100] take 0.80 GB, free are 0.8 GB");
    QTableOptions evaluated = options("buckets", "100,100,100,100", "eval_every", "1");
    assertThatThrownBy(() -> QTable.requirePossible(evaluated, 2, 800_000_000))
        .hasMessage("buckets=[100, 100, 100, 100] take 1.60 GB, free are 0.8 GB");
    assertThatThrownBy(
            () -> QTable.requirePossible(options("buckets", "300,300,300,300"), 2, Long.MAX_VALUE))
        .hasMessage(
            "buckets=[300, 300, 300, 300] make 8100000000 cells, required: at most 2147483647");
  }
}
