package stride.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import stride.env.ShortTask;
import stride.learn.NotFiniteException;
import stride.memory.FloatSlab;
import stride.memory.IntSlab;
import stride.memory.SlabAllocator;
import stride.nn.Golden;

/** Rows, weights and priorities of prioritised replay. */
class PrioritySamplerTest {
  private static final int N = 3;
  private static final int BATCH = 32;

  @Test
  void drawsWeighsAndRenewsAsNumpy() {
    final JsonNode golden = Golden.values("prioritized");
    final int capacity = golden.get("capacity").asInt();
    final int batch = golden.get("batch").asInt();
    try (var arena = Arena.ofConfined();
        var priorities =
            new Priorities(
                capacity,
                batch,
                golden.get("alpha").asDouble(),
                golden.get("beta").asDouble(),
                SlabAllocator.PAGES)) {
      final IntSlab rows = IntSlab.allocate(arena, batch);
      final FloatSlab errors = FloatSlab.allocate(arena, batch);
      int at = 0;
      assertThat(golden.get("events")).hasSize(12);
      for (JsonNode event : golden.get("events")) {
        for (int k = 0; k < event.get("adds").asInt(); k++) {
          priorities.admit(at);
          priorities.sum(at, at + 1);
          at = (at + 1) % capacity;
        }
        checkDraws(event, priorities, rows);
        errors.set(0, Golden.floats(event.get("td_errors")));
        priorities.renew(rows, errors, batch);
        final double[] after = Golden.doubles(event.get("priorities_after"));
        for (int row = 0; row < capacity; row++) {
          assertThat((double) priorities.of(row)).isCloseTo(after[row], within(1e-6));
        }
      }
    }
  }

  private static void checkDraws(JsonNode event, Priorities priorities, IntSlab rows) {
    final double[] uniforms = Golden.doubles(event.get("uniforms"));
    float least = Float.MAX_VALUE;
    final int[] drawn = new int[uniforms.length];
    final float[] found = new float[uniforms.length];
    priorities.draw(0, uniforms, drawn, found, uniforms.length);
    for (int k = 0; k < uniforms.length; k++) {
      assertThat(drawn[k]).isEqualTo(event.get("indices").get(k).asInt());
      assertThat(found[k]).isEqualTo(priorities.of(drawn[k]));
      rows.set(k, drawn[k]);
      least = Math.min(least, found[k]);
    }
    for (int k = 0; k < uniforms.length; k++) {
      assertThat((double) priorities.weight(priorities.of(rows.get(k)), least))
          .isCloseTo(event.get("weights").get(k).asDouble(), within(1e-6));
    }
  }

  /** A sampler over a memory with transitions, some of which it has learnt from. */
  private static final class Fixture implements AutoCloseable {
    final Arena arena = Arena.ofConfined();
    final IntSlab rows = IntSlab.allocate(arena, BATCH);
    final FloatSlab weights = FloatSlab.allocate(arena, BATCH);
    final FloatSlab errors = FloatSlab.allocate(arena, BATCH);
    final RingFixture ring = new RingFixture(new ShortTask("InvertedPendulum-v5", 12), N, 90, 1);
    final PrioritySampler sampler =
        new PrioritySampler(ring.memory, 3, 7, BATCH, 0.6, 0.4, SlabAllocator.PAGES);

    void collect(int steps) {
      final long before = ring.memory.steps();
      ring.collect(steps);
      sampler.wrote(before, ring.memory.steps());
    }

    void draw(long update) {
      sampler.rows(ring.memory.steps(), update, 0, BATCH, rows, weights);
    }

    void learn(long update) {
      draw(update);
      for (int k = 0; k < BATCH; k++) {
        errors.set(k, (k % 7 - 3) * 0.3f);
      }
      sampler.renew(rows, errors, BATCH);
    }

    @Override
    public void close() {
      sampler.close();
      ring.close();
      arena.close();
    }
  }

  @Test
  void partsOfABatchAreThoseOfTheWhole() {
    try (var fixture = new Fixture()) {
      fixture.collect(50);
      fixture.learn(0);
      fixture.draw(1);
      final int[] rows = fixture.rows.toArray();
      final float[] weights = fixture.weights.toArray();
      fixture.rows.fill(-1);
      fixture.weights.fill(-1);
      for (int from : new int[] {20, 0, 7}) {
        final int to = from == 20 ? BATCH : from == 0 ? 7 : 20;
        fixture.sampler.rows(
            fixture.ring.memory.steps(), 1, from, to, fixture.rows, fixture.weights);
      }
      assertThat(fixture.rows.toArray()).isEqualTo(rows);
      assertThat(fixture.weights.toArray()).isEqualTo(weights);
      float largest = 0;
      for (float weight : weights) {
        assertThat(weight).isBetween(0.01f, 1f);
        largest = Math.max(largest, weight);
      }
      assertThat(largest).isEqualTo(1);
    }
  }

  @Test
  void threadsDrawTheSameAtOnce() throws Exception {
    try (var fixture = new Fixture();
        Arena shared = Arena.ofShared();
        var pool = Executors.newFixedThreadPool(3)) {
      fixture.collect(50);
      fixture.learn(0);
      final List<Future<int[]>> draws = new ArrayList<>();
      final long steps = fixture.ring.memory.steps();
      for (int thread = 0; thread < 3; thread++) {
        final Sampler sampler = fixture.sampler.another();
        final IntSlab rows = IntSlab.allocate(shared, BATCH);
        final FloatSlab weights = FloatSlab.allocate(shared, BATCH);
        draws.add(
            pool.submit(
                () -> {
                  int[] all = new int[0];
                  for (int update = 1; update < 200; update++) {
                    sampler.rows(steps, update, 0, BATCH, rows, weights);
                    final int end = all.length;
                    all = Arrays.copyOf(all, end + BATCH);
                    System.arraycopy(rows.toArray(), 0, all, end, BATCH);
                  }
                  return all;
                }));
      }
      final int[] first = draws.getFirst().get();
      assertThat(draws.get(1).get()).isEqualTo(first);
      assertThat(draws.get(2).get()).isEqualTo(first);
      fixture.draw(1);
      assertThat(Arrays.copyOf(first, BATCH)).isEqualTo(fixture.rows.toArray());
    }
  }

  @Test
  void prioritiesOfLearntTransitionsStayUntilTheyAreReplaced() {
    try (var fixture = new Fixture()) {
      final ReplayMemory memory = fixture.ring.memory;
      fixture.collect(20);
      fixture.learn(0);
      final FloatSlab priorities = (FloatSlab) fixture.sampler.state().get("priorities");
      final float[] before = priorities.toArray();
      fixture.collect(4);
      for (long t = 0; t < 20 - 3; t++) {
        for (int env = 0; env < N; env++) {
          final int row = memory.row(t) + env;
          assertThat(priorities.get(row)).isEqualTo(before[row]);
        }
      }
      fixture.collect(200);
      for (float priority : priorities.toArray()) {
        assertThat(priority).isIn(0f, 1f); // none was learnt from: the largest so far
      }
    }
  }

  @Test
  void goesOnFromASavedState() {
    try (var fixture = new Fixture();
        var restored =
            new PrioritySampler(fixture.ring.memory, 3, 7, BATCH, 0.6, 0.4, SlabAllocator.PAGES)) {
      fixture.collect(50);
      fixture.learn(0);
      fixture.collect(5);
      restored.restore(fixture.sampler.state());
      fixture.draw(1);
      final int[] rows = fixture.rows.toArray();
      final float[] weights = fixture.weights.toArray();
      restored.rows(fixture.ring.memory.steps(), 1, 0, BATCH, fixture.rows, fixture.weights);
      assertThat(fixture.rows.toArray()).isEqualTo(rows);
      assertThat(fixture.weights.toArray()).isEqualTo(weights);
    }
  }

  @Test
  void refusesMoreMemoryThanIsFree() {
    assertThat(SumTree.bytes(1_000_000)).isBetween(5_100_000L, 5_200_000L);
    PrioritySampler.requireFree(1_000_000, 5_145_000, 5_145_000);
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> PrioritySampler.requireFree(1_000_000_000, 5_145_000_000L, 4_123_000_000L))
        .withMessage(
            "the priorities of 1000000000 transitions take 5.15 GB, free are 4.1 GB: make"
                + " buffer_size smaller");
  }

  @Test
  void refusesErrorsThatAreNoNumbersAndAnEmptyMemory() {
    try (var fixture = new Fixture()) {
      assertThatIllegalStateException().isThrownBy(() -> fixture.draw(0));
      fixture.collect(30);
      fixture.draw(0);
      fixture.errors.set(3, Float.NaN);
      assertThatExceptionOfType(NotFiniteException.class)
          .isThrownBy(() -> fixture.sampler.renew(fixture.rows, fixture.errors, BATCH))
          .withMessage("td error of row 3 is NaN");
    }
  }
}
