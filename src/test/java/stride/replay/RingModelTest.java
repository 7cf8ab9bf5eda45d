package stride.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.lang.foreign.Arena;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import stride.env.Task;
import stride.memory.FloatSlab;
import stride.memory.IntSlab;
import stride.memory.SlabAllocator;
import stride.random.Purpose;
import stride.random.RandomStream;

/** Is the ring, with its wraps and its few observations aside, a list of transitions? */
class RingModelTest {
  private static final double GAMMA = 0.9;
  private static final int ROUNDS = 8;
  private static final int LIMIT = 12; // steps of an episode
  private static final int DRAWS = 64;

  static Stream<Arguments> rings() {
    return Stream.of("CartPole-v1", "InvertedPendulum-v5")
        .flatMap(
            task ->
                IntStream.of(1, 3, 8)
                    .boxed()
                    .flatMap(
                        envs ->
                            IntStream.of(1, 3, 5)
                                .boxed()
                                .flatMap(
                                    n ->
                                        IntStream.rangeClosed(1, 3)
                                            .mapToObj(
                                                threads -> Arguments.of(task, envs, n, threads)))));
  }

  @ParameterizedTest
  @CsvSource({
    "Frames-1, 3, 1, 2",
    "Frames-2, 3, 3, 1",
    "Frames-2, 8, 1, 3",
    "Frames-4, 1, 1, 1",
    "Frames-4, 3, 5, 3",
    "Frames-4, 8, 3, 2",
    "Frames-3, 5, 2, 2",
  })
  void isAListOfStackedFrames(String id, int numEnvs, int nStep, int threads) {
    isAListOfTransitions(id, numEnvs, nStep, threads);
  }

  @ParameterizedTest
  @CsvSource({"ALE/Pong-v5, 3, 1, 2", "ALE/Pong-v5, 2, 3, 1"})
  void isAListOfStackedScreens(String id, int numEnvs, int nStep, int threads) {
    isAListOfTransitions(id, numEnvs, nStep, threads);
  }

  @ParameterizedTest
  @MethodSource("rings")
  void isAListOfTransitions(String id, int numEnvs, int nStep, int threads) {
    Task task = RingTasks.of(id, LIMIT);
    RandomStream random = new RandomStream(numEnvs * 10 + nStep, Purpose.BENCHMARK);
    long bufferSize = numEnvs * (12L + random.nextInt(20)) - random.nextInt(numEnvs);
    try (var ring = new RingFixture(task, numEnvs, bufferSize, threads);
        var model = new RingModel(task, numEnvs);
        var check = new Check(ring, model, nStep)) {
      int seen = 0;
      for (int round = 0; round < ROUNDS; round++) {
        int steps = 1 + random.nextInt(round == ROUNDS / 2 ? 3 * ring.memory.places() : 8);
        long before = ring.memory.steps();
        ring.collect(steps);
        for (int k = 0; k < steps; k++) {
          model.step();
        }
        check.wrote(before);
        seen |= check.round(round);
      }
      if (numEnvs > 1) {
        assertThat(seen & ReplayMemory.TRUNCATED).as("truncations").isNotZero();
        // of the others hardly any falls in so few steps, or their actions cannot break them
        final int falls = seen & (ReplayMemory.TERMINATED | ReplayMemory.DIVERGED);
        assertThat(!id.startsWith("Inverted") || Integer.bitCount(falls) == 2).isTrue();
        assertThat(!id.startsWith("Frames") || Integer.bitCount(falls) == 1).isTrue();
      }
    }
  }

  /** Compares a ring with its model after each round. */
  private static final class Check implements AutoCloseable {
    private final Arena arena = Arena.ofConfined();
    private final ReplayMemory memory;
    private final RingModel model;
    private final int nStep;
    private final ReplayGather gather;
    private final ReplayBatch batch;
    private final UniformSampler uniform;
    private final PrioritySampler priorities;
    private final IntSlab rows = IntSlab.allocate(arena, DRAWS);
    private final FloatSlab weights = FloatSlab.allocate(arena, DRAWS);

    Check(RingFixture ring, RingModel model, int nStep) {
      this.memory = ring.memory;
      this.model = model;
      this.nStep = nStep;
      this.gather = new ReplayGather(memory, nStep, GAMMA);
      this.batch = new ReplayBatch(memory.spec(), 3, SlabAllocator.PAGES);
      this.uniform = new UniformSampler(memory, nStep, 1);
      this.priorities = new PrioritySampler(memory, nStep, 1, DRAWS, 0.6, 0.4, SlabAllocator.PAGES);
    }

    void wrote(long before) {
      priorities.wrote(before, memory.steps());
    }

    /** Returns the kinds of ends that there are. */
    int round(int round) {
      long steps = memory.steps();
      Set<Integer> expected = new TreeSet<>();
      int seen = 0;
      for (long t = 0; t < steps; t++) {
        for (int env = 0; env < memory.numEnvs(); env++) {
          // with the frames of its history, unless there never were any before
          boolean kept =
              steps < memory.places() || t - memory.spec().history() + 1 > steps - memory.places();
          RingModel.Sample sample = model.sample(env, (int) t, nStep, GAMMA);
          if (kept) {
            int row = memory.row(t) + env;
            seen |= memory.ends().get(row) & 7;
            assertThat(memory.usable(row, steps - t, nStep)).isEqualTo(sample != null);
            if (sample != null) {
              expected.add(row);
              gathersAs(row, sample);
            }
          }
        }
      }
      drawsOnly(expected, round);
      assertThat(memory.usable(steps, nStep)).isLessThanOrEqualTo(memory.capacity());
      return seen;
    }

    private void gathersAs(int row, RingModel.Sample sample) {
      rows.set(1, row);
      gather.rows(rows, 1, 2, batch);
      int stride = memory.inputStride();
      int d = memory.spec().inputElements();
      assertThat(Arrays.copyOf(batch.observations().toArray(), d)).isEqualTo(sample.seen());
      if (sample.discount() > 0) {
        assertThat(Arrays.copyOf(batch.nextObservations().toArray(), d))
            .isEqualTo(sample.seenThen());
      }
      for (int k = d; k < stride; k++) {
        assertThat(batch.observations().get(k) + batch.nextObservations().get(k)).isZero();
      }
      assertThat(batch.rewards().get(0)).isCloseTo(sample.reward(), within(1e-5f));
      assertThat(batch.discounts().get(0)).isCloseTo(sample.discount(), within(1e-6f));
      for (int a = 0; a < sample.action().length; a++) {
        float action =
            batch.actions().discrete()
                ? batch.actions().choices().get(a)
                : batch.actions().real().get(a);
        assertThat(action).isEqualTo(sample.action()[a]);
      }
    }

    private void drawsOnly(Set<Integer> expected, int round) {
      if (expected.isEmpty()) {
        return;
      }
      Set<Integer> drawn = new TreeSet<>();
      Set<Integer> preferred = new TreeSet<>();
      for (int k = 0; k < 120; k++) {
        uniform.rows(memory.steps(), 100L * round + k, 0, DRAWS, rows, weights);
        drawn.addAll(all());
        priorities.rows(memory.steps(), 100L * round + k, 0, DRAWS, rows, weights);
        preferred.addAll(all());
      }
      assertThat(drawn).isEqualTo(expected);
      assertThat(preferred).isEqualTo(expected);
    }

    private Set<Integer> all() {
      Set<Integer> all = new TreeSet<>();
      for (int row : rows.toArray()) {
        all.add(row);
      }
      return all;
    }

    @Override
    public void close() {
      priorities.close();
      uniform.close();
      batch.close();
      arena.close();
    }
  }
}
