package stride.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import stride.env.ActionSpace;
import stride.env.EnvSpec;
import stride.env.ObservationType;
import stride.env.Tasks;
import stride.memory.ByteSlab;
import stride.memory.FloatSlab;
import stride.memory.IntSlab;
import stride.memory.Shape;
import stride.memory.Slab;
import stride.memory.SlabAllocator;
import stride.parallel.Team;
import stride.random.Purpose;
import stride.random.RandomStream;

/** Are stacks of frames that are stored once the stacks that a list of all frames has? */
class FrameHistoryTest {
  private static final int LIMIT = 9;
  private static final int DRAWS = 64;

  private static EnvSpec spec(int height, int width, int limit, int history) {
    return new EnvSpec(
        "Frames",
        Shape.of(height, width),
        ObservationType.U8,
        new ActionSpace.Discrete(3),
        limit,
        /* frameSkip= */ 4,
        /* dt= */ 1,
        history);
  }

  /** An episode as it was played: a frame more than steps. */
  private record Episode(int firstStep, List<byte[]> frames) {
    float[] stack(int index, int history) {
      final int pixels = frames.getFirst().length;
      final float[] stack = new float[pixels * history];
      for (int h = 0; h < history; h++) {
        final byte[] frame = frames.get(Math.max(0, index - (history - 1 - h)));
        for (int pixel = 0; pixel < pixels; pixel++) {
          stack[pixel * history + h] = (frame[pixel] & 0xFF) / 255f;
        }
      }
      return stack;
    }
  }

  /** Writes random episodes to a memory and to lists. */
  private static final class Player {
    private final ReplayMemory memory;
    private final RandomStream random;
    private final int pixels;
    private final List<List<Episode>> played = new ArrayList<>(); // [env, step]
    private final Episode[] running;
    private final Set<Episode> broken = Collections.newSetFromMap(new IdentityHashMap<>());

    Player(ReplayMemory memory, long seed) {
      this.memory = memory;
      this.random = new RandomStream(seed, Purpose.BENCHMARK);
      this.pixels = memory.spec().observationElements();
      this.running = new Episode[memory.numEnvs()];
      for (int env = 0; env < memory.numEnvs(); env++) {
        played.add(new ArrayList<>());
        begin(env, 0);
      }
    }

    private byte[] frame() {
      final byte[] frame = new byte[pixels];
      for (int pixel = 0; pixel < pixels; pixel++) {
        frame[pixel] = (byte) random.nextInt(256);
      }
      return frame;
    }

    private void begin(int env, int step) {
      running[env] = new Episode(step, new ArrayList<>(List.of(frame())));
      put(memory.observations(), memory.row(step) + env, running[env].frames.getFirst());
    }

    private void put(Slab frames, int row, byte[] frame) {
      ((ByteSlab) frames).set((long) row * pixels, frame);
    }

    void step(int t) {
      for (int env = 0; env < memory.numEnvs(); env++) {
        final int row = memory.row(t) + env;
        played.get(env).add(running[env]);
        running[env].frames.add(frame());
        memory.actions().choices().set(row, random.nextInt(3));
        memory.rewards().set(row, random.nextInt(5));
        int end = random.nextInt(10) == 0 ? ReplayMemory.TERMINATED : 0;
        if (end == 0 && random.nextInt(20) == 0) {
          end = ReplayMemory.DIVERGED;
          broken.add(running[env]);
        }
        if (end == 0 && t + 1 - running[env].firstStep == LIMIT) {
          end = ReplayMemory.TRUNCATED | memory.slot(t) << ReplayMemory.SLOT;
          put(memory.terminals(), memory.terminalRow(row, end), running[env].frames.getLast());
        }
        memory.ends().set(row, end);
        if (end == 0) {
          put(memory.observations(), memory.row(t + 1L) + env, running[env].frames.getLast());
        } else {
          begin(env, t + 1);
        }
      }
      memory.steps(t + 1L);
    }
  }

  @ParameterizedTest
  @CsvSource({"1, 1, 1", "2, 1, 3", "4, 1, 3", "4, 3, 1", "2, 3, 8", "4, 3, 8", "3, 2, 2"})
  void stacksAreThoseOfAListOfFrames(int history, int nStep, int numEnvs) {
    final EnvSpec spec = spec(3, 5, LIMIT, history);
    try (var arena = Arena.ofConfined();
        var memory = new ReplayMemory(spec, numEnvs, 25L * numEnvs, SlabAllocator.PAGES);
        var batch = new ReplayBatch(spec, 2, SlabAllocator.PAGES);
        var uniform = new UniformSampler(memory, nStep, 1);
        var priorities = new PrioritySampler(memory, nStep, 1, DRAWS, 1, 1, SlabAllocator.PAGES)) {
      final var player = new Player(memory, history * 100 + nStep * 10 + numEnvs);
      final var gather = new ReplayGather(memory, nStep, 1);
      final IntSlab rows = IntSlab.allocate(arena, DRAWS);
      final FloatSlab weights = FloatSlab.allocate(arena, DRAWS);
      int stacks = 0;
      for (int t = 0; t < 90; t++) {
        player.step(t);
        priorities.wrote(t, t + 1L);
        final Set<Integer> expected = new TreeSet<>();
        for (int step = 0; step <= t; step++) {
          // all frames of its stack are kept, or there never were any before
          final boolean kept =
              t + 1 < memory.places() || step - history + 1 > t + 1 - memory.places();
          for (int env = 0; kept && env < numEnvs; env++) {
            final int row = memory.row(step) + env;
            if (memory.usable(row, t + 1L - step, nStep)) {
              expected.add(row);
              rows.set(0, row);
              gather.rows(rows, 0, 1, batch);
              stacks += check(player, step, env, batch, nStep);
            }
          }
        }
        assertDrawn(expected, memory, uniform, t, rows, weights);
        assertDrawn(expected, memory, priorities, t, rows, weights);
      }
      assertThat(stacks).isGreaterThan(1000);
    }
  }

  private static int check(Player player, int step, int env, ReplayBatch batch, int nStep) {
    final Episode episode = player.played.get(env).get(step);
    final int history = player.memory.history();
    final int index = step - episode.firstStep;
    assertStack(batch.observations(), episode.stack(index, history));
    // what is seen after a broken step is worthless
    final int last = episode.frames.size() - (player.broken.contains(episode) ? 2 : 1);
    if (batch.discounts().get(0) > 0) {
      assertStack(batch.nextObservations(), episode.stack(Math.min(index + nStep, last), history));
    }
    return 1;
  }

  private static void assertStack(FloatSlab slab, float[] expected) {
    for (int k = 0; k < expected.length; k++) {
      assertThat(slab.get(k)).isCloseTo(expected[k], within(1e-7f));
    }
  }

  private static void assertDrawn(
      Set<Integer> expected,
      ReplayMemory memory,
      Sampler sampler,
      int t,
      IntSlab rows,
      FloatSlab weights) {
    if (expected.isEmpty() || t % 7 != 0) {
      return;
    }
    final Set<Integer> drawn = new TreeSet<>();
    for (int k = 0; k < 100; k++) {
      sampler.rows(memory.steps(), 100L * t + k, 0, DRAWS, rows, weights);
      for (int row : rows.toArray()) {
        drawn.add(row);
      }
    }
    assertThat(drawn).isEqualTo(expected);
  }

  @Test
  void framesComeBackFromTheJournal() {
    final EnvSpec spec = spec(3, 5, LIMIT, 4);
    try (var memory = new ReplayMemory(spec, 3, 75, SlabAllocator.PAGES);
        var restored = new ReplayMemory(spec, 3, 75, SlabAllocator.PAGES);
        var journal = new RingJournal(memory);
        var restoredJournal = new RingJournal(restored)) {
      final var player = new Player(memory, 1);
      for (int t = 0; t < 60; t++) {
        player.step(t);
      }
      restored.steps(60);
      final long oldest = journal.oldestNeeded();
      final Map<String, Slab> rows = journal.rows(oldest, 60);
      assertThat(rows.get("terminals").shape().dim(1)).isEqualTo(15);
      restoredJournal.restore(oldest, rows);
      final Map<String, Slab> again = restoredJournal.rows(oldest, 60);
      rows.forEach((name, slab) -> assertThat(again.get(name).sameBits(slab)).isTrue());
    }
  }

  @Test
  void historiesAreOfFramesAlone() {
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                new EnvSpec(
                    "Numbers",
                    Shape.of(4),
                    ObservationType.F32,
                    new ActionSpace.Discrete(2),
                    /* maxEpisodeSteps= */ 1,
                    /* frameSkip= */ 1,
                    /* dt= */ 1,
                    /* history= */ 4))
        .withMessage("history=4, required: >= 1, and 1 where observations are no frames");
  }

  @Test
  void theFramesOfAnObservationMustHaveRoom() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new ReplayMemory(spec(2, 2, 9, 4), 3, 11, SlabAllocator.PAGES))
        .withMessage("buffer_size=11, required: >= 12, for num_envs=3, history=4");
  }

  @Test
  void framesAreNotCollectedFromTasksOfNumbers() {
    try (var team = new Team(1);
        var memory = new ReplayMemory(spec(2, 2, 500, 1), 1, 10, SlabAllocator.PAGES)) {
      assertThatIllegalArgumentException()
          .isThrownBy(
              () ->
                  new ReplayCollector(
                      Tasks.of("CartPole-v1"),
                      memory,
                      team,
                      1,
                      1,
                      false,
                      shard -> new RandomActor(new ActionSpace.Discrete(2), 1)))
          .withMessage("memory of Frames, environments of CartPole-v1: one has frames");
    }
  }

  /** What a memory of 50 000 transitions takes, by the way that frames are kept. */
  @Test
  void framesOnceTakeAThousandthOfStacksTwice() {
    final long n = 50_000;
    assertThat(FrameBytes.stacksTwice(n, 160 * 210, 4)).isEqualTo(53_760_000_000L);
    assertThat(FrameBytes.stacksTwice(n, 32 * 32, 4)).isEqualTo(1_638_400_000L);
    assertThat(FrameBytes.once(n, 32 * 32)).isEqualTo(51_800_000L);
    final long ring = ReplayMemory.bytes(spec(32, 32, 27_000, 1), 1, n);
    assertThat(ring).isBetween(FrameBytes.once(n, 32 * 32), FrameBytes.once(n + 10, 32 * 32));
  }
}
