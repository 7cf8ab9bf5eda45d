package stride.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import stride.env.ShortTask;
import stride.env.Task;
import stride.memory.ByteSlab;
import stride.memory.DoubleSlab;
import stride.memory.FloatSlab;
import stride.memory.IntSlab;
import stride.memory.Slab;
import stride.random.Purpose;
import stride.random.RandomStream;

/** Does a memory that comes back from its journal go on as if nothing had happened? */
class JournalTest {
  private static final int ENVS = 5;
  private static final int SIZE = 148; // 30 steps, 31 places
  private static final int LIMIT = 12;

  /** Rows of a journal as a file would keep them. */
  private record Rows(long from, Map<String, Slab> slabs) {}

  @ParameterizedTest
  @CsvSource({
    "CartPole-v1, 1, 3",
    "CartPole-v1, 3, 2",
    "InvertedPendulum-v5, 2, 1",
    "InvertedPendulum-v5, 1, 2",
    "Frames-1, 2, 3",
    "Frames-4, 3, 1"
  })
  void goesOnWithTheSameBits(String id, int threads, int otherThreads) {
    final Task task = RingTasks.of(id, LIMIT);
    final RandomStream random = new RandomStream(threads, Purpose.BENCHMARK);
    final List<Rows> files = new ArrayList<>();
    int truncations = 0;
    try (var arena = Arena.ofConfined();
        var whole = new RingFixture(task, ENVS, SIZE, threads)) {
      for (int cut = 0; cut < 12; cut++) {
        final long before = whole.memory.steps();
        whole.collect(1 + random.nextInt(25));
        files.add(new Rows(before, copy(arena, rows(whole, before))));
        final var state = DoubleSlab.allocate(arena, whole.collector.stateSize());
        whole.collector.saveState(state);
        try (var resumed = new RingFixture(task, ENVS, SIZE, otherThreads)) {
          resumed.collector.restoreState(state);
          files.forEach(file -> resumed.collector.journal().restore(file.from, file.slabs));
          truncations += assertSame(whole, resumed);
        }
        try (var one = new RingFixture(task, ENVS, SIZE, otherThreads);
            var other = new RingFixture(task, ENVS, SIZE, threads)) {
          for (RingFixture fixture : List.of(one, other)) {
            fixture.collector.restoreState(state);
            files.forEach(file -> fixture.collector.journal().restore(file.from, file.slabs));
            fixture.collect(7);
            fixture.collect(20);
          }
          assertSame(one, other);
        }
      }
    }
    assertThat(truncations).isPositive();
  }

  @ParameterizedTest
  @ValueSource(strings = {"InvertedPendulum-v5", "Frames-4", "ALE/Pong-v5"})
  void aRunThatWasCutIsTheRunThatWasNot(String id) {
    final Task task = RingTasks.of(id, LIMIT);
    try (var arena = Arena.ofConfined();
        var whole = new RingFixture(task, ENVS, SIZE, 1);
        var first = new RingFixture(task, ENVS, SIZE, 2);
        var second = new RingFixture(task, ENVS, SIZE, 3)) {
      for (int k = 0; k < 8; k++) {
        whole.collect(10);
      }
      for (int k = 0; k < 5; k++) {
        first.collect(10);
      }
      final var state = DoubleSlab.allocate(arena, first.collector.stateSize());
      first.collector.saveState(state);
      second.collector.restoreState(state);
      final long oldest = first.collector.journal().oldestNeeded();
      second.collector.journal().restore(oldest, first.collector.journal().rows(oldest, 50));
      for (int k = 0; k < 3; k++) {
        second.collect(10);
      }
      assertSame(whole, second);
    }
  }

  private static SequencedMap<String, Slab> rows(RingFixture fixture, long from) {
    final var journal = fixture.collector.journal();
    assertThat(journal.oldestNeeded()).isEqualTo(Math.max(0, journal.steps() - 30));
    return journal.rows(Math.max(from, journal.oldestNeeded()), journal.steps());
  }

  private static Map<String, Slab> copy(Arena arena, Map<String, Slab> rows) {
    final Map<String, Slab> copies = new LinkedHashMap<>();
    rows.forEach(
        (name, slab) -> {
          final long[] dims = slab.shape().dims();
          final Slab copy =
              switch (slab) {
                case FloatSlab _ -> FloatSlab.allocate(arena, dims);
                case ByteSlab _ -> ByteSlab.allocate(arena, dims);
                default -> IntSlab.allocate(arena, dims);
              };
          copy.copyFrom(slab);
          copies.put(name, copy);
        });
    return copies;
  }

  /** Compares all that can be sampled or journaled; returns the number of truncations among it. */
  private static int assertSame(RingFixture expectedRing, RingFixture ring) {
    final ReplayMemory expected = expectedRing.memory;
    final ReplayMemory memory = ring.memory;
    assertThat(memory.steps()).isEqualTo(expected.steps());
    final long steps = memory.steps();
    final long oldest = expectedRing.collector.journal().oldestNeeded();
    final Map<String, Slab> expectedRows = expectedRing.collector.journal().rows(oldest, steps);
    final Map<String, Slab> rows = ring.collector.journal().rows(oldest, steps);
    assertThat(rows.keySet()).isEqualTo(expectedRows.keySet());
    rows.forEach((name, slab) -> assertThat(slab.sameBits(expectedRows.get(name))).isTrue());
    assertThat(lastSeen(memory).mismatch(lastSeen(expected))).isEqualTo(-1);
    int truncations = 0;
    for (int end : ((IntSlab) rows.get("ends")).toArray()) {
      truncations += (end >> 1) & 1;
    }
    final Slab terminals = rows.get("terminals");
    assertThat(terminals == null ? 0 : terminals.shape().dim(0)).isEqualTo(truncations);
    return truncations;
  }

  private static MemorySegment lastSeen(ReplayMemory memory) {
    final long bytes = memory.numEnvs() * memory.rowBytes();
    final long place = memory.steps() % memory.places();
    return memory.observations().segment().asSlice(place * bytes, bytes);
  }

  @Test
  void refusesRowsThatItDoesNotHave() {
    try (var fixture = new RingFixture(new ShortTask("CartPole-v1", LIMIT), ENVS, SIZE, 1)) {
      fixture.collect(40);
      final var journal = fixture.collector.journal();
      assertThat(journal.rows(10, 40)).containsKeys("observations", "actions", "rewards", "ends");
      for (long[] range : new long[][] {{9, 40}, {10, 41}, {20, 20}, {21, 20}}) {
        assertThatIllegalArgumentException()
            .isThrownBy(() -> journal.rows(range[0], range[1]))
            .withMessageEndingWith("required: 10 <= from < to <= 40");
      }
    }
  }

  @Test
  void refusesRowsThatAreNotItsOwn() {
    final Task task = new ShortTask("CartPole-v1", LIMIT);
    try (var arena = Arena.ofConfined();
        var fixture = new RingFixture(task, ENVS, SIZE, 1);
        var other = new RingFixture(task, 2 * ENVS, SIZE, 1)) {
      fixture.collect(60);
      other.collect(60);
      final var journal = fixture.collector.journal();
      final Map<String, Slab> sound = copy(arena, journal.rows(30, 60));
      final Map<String, Slab> foreign = copy(arena, other.collector.journal().rows(50, 60));
      assertThatIllegalArgumentException()
          .isThrownBy(() -> journal.restore(50, foreign))
          .withMessage("observations=FloatSlab[10, 10, 4], required: FloatSlab[10, 5, 4]");
      assertThatIllegalArgumentException()
          .isThrownBy(() -> journal.restore(31, sound))
          .withMessage("rows of steps [31, 61), required: within [0, 60)");
      // truncations have other slots at other steps
      assertThatIllegalArgumentException()
          .isThrownBy(() -> journal.restore(30 - LIMIT, sound))
          .withMessageMatching("ends=\\d+ of step \\d+");
      for (String name : List.of("observations", "actions", "rewards", "ends", "terminals")) {
        final Map<String, Slab> incomplete = new LinkedHashMap<>(sound);
        incomplete.remove(name);
        assertThatIllegalArgumentException().isThrownBy(() -> journal.restore(30, incomplete));
      }
      journal.restore(30, sound);
    }
  }
}
