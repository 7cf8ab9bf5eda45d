package stride.bench;

import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import stride.env.ActionSpace;
import stride.env.AreaResize;
import stride.env.EnvSpec;
import stride.env.ObservationType;
import stride.lab.bench.NeedsAle;
import stride.lab.bench.Quick;
import stride.memory.ByteSlab;
import stride.memory.IntSlab;
import stride.memory.Shape;
import stride.memory.SlabAllocator;
import stride.replay.ReplayBatch;
import stride.replay.ReplayGather;

/**
 * What does each part of seeing an Atari game cost: emulating a screen, making it smaller, and
 * putting frames together into observations?
 *
 * <p>{@link #emulate} plays Pong with actions drawn at random, four screens of which are an env
 * step; {@link #resize84} and {@link #resize32} reduce screens of it, once in an env step; {@link
 * #stack} gathers batches of 32 transitions from a memory of frames of 84 x 84, whose observations
 * and next ones are four of them each.
 *
 * <p>The trap is a screen that is drawn: a real one has many rows like the one above, which costs
 * less, so these are of a game in play. Another one is to let a game end, since nothing moves then:
 * here it goes back to a saved state. Setting up proves that the same screens come again, that what
 * is made smaller has the screen's mean, and that the batches are what the frames stand for.
 *
 * <p>Unit: calls/s; {@code frames} is screens/s, or frames/s. One thread. How to run: {@code
 * ./stride bench --suite FrameBenchmark}, once {@code make atari} has run.
 */
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(3)
@Quick({})
@NeedsAle
public class FrameBenchmark {
  private static final int LARGE = 84;
  private static final int SMALL = 32;
  private static final int HISTORY = 4;
  private static final int BATCH = 32;

  /** A game. */
  @State(Scope.Benchmark)
  public static class Playing {
    private PongScreens game;

    /** Loads it, and proves that it can be played again. */
    @Setup
    public void open() {
      game = new PongScreens();
      game.prove();
    }

    /** Frees everything. */
    @TearDown
    public void close() {
      game.close();
    }
  }

  /** Screens of a game. */
  @State(Scope.Benchmark)
  public static class Screens {
    private static final int COUNT = 64;
    private static final int APART = 20; // screens between two of them
    private static final double MOST_DIFFERENCE = 0.5; // of two means, by rounding

    private Arena arena;
    private final List<ByteSlab> screens = new ArrayList<>();
    private AreaResize large;
    private AreaResize small;
    private ByteSlab out;
    private int next;

    /** Plays, and proves that smaller pictures are as bright. */
    @Setup
    public void open() {
      arena = Arena.ofShared();
      out = ByteSlab.allocate(arena, LARGE, LARGE);
      try (var game = new PongScreens()) {
        for (int k = 0; k < COUNT; k++) {
          for (int screen = 0; screen < APART; screen++) {
            game.step();
          }
          screens.add(game.screen(arena));
        }
      }
      final Shape shape = screens.getFirst().shape();
      final int height = (int) shape.dim(0);
      final int width = (int) shape.dim(1);
      large = new AreaResize(height, width, LARGE);
      small = new AreaResize(height, width, SMALL);
      for (int k = 0; k < COUNT; k++) {
        prove(large, LARGE, screens.get(k));
        prove(small, SMALL, screens.get(k));
      }
    }

    private void prove(AreaResize resize, int size, ByteSlab screen) {
      resize.resize(screen, out, 0);
      final double difference = mean(out, size * size) - mean(screen, screen.length());
      if (Math.abs(difference) > MOST_DIFFERENCE) {
        throw new IllegalStateException("size " + size + " is brighter by " + difference);
      }
    }

    private static double mean(ByteSlab slab, long pixels) {
      long sum = 0;
      for (long k = 0; k < pixels; k++) {
        sum += slab.get(k) & 0xFF;
      }
      return (double) sum / pixels;
    }

    private void resize(AreaResize resize) {
      resize.resize(screens.get(next), out, 0);
      next = (next + 1) % COUNT;
    }

    /** Frees everything. */
    @TearDown
    public void close() {
      arena.close();
    }
  }

  /** A full memory of frames, and batches to be gathered from it. */
  @State(Scope.Benchmark)
  public static class Frames {
    private static final int CAPACITY = 8192; // 58 MB of frames
    private static final int BATCHES = 128;
    private static final int PROVED = 4;
    private static final double GAMMA = 0.99;

    private Arena arena;
    private DrawnMemory drawn;
    private IntSlab rows; // [BATCHES, BATCH] of the ring
    private ReplayBatch batch;
    private ReplayGather gather;
    private int next; // batch

    /** Draws frames and batches, and proves what is gathered. */
    @Setup
    public void open() {
      arena = Arena.ofShared();
      drawn = new DrawnMemory(spec(), CAPACITY);
      rows = IntSlab.allocate(arena, BATCHES, BATCH);
      drawn.draw(1, rows);
      batch = new ReplayBatch(drawn.spec(), BATCH, SlabAllocator.PAGES);
      gather = new ReplayGather(drawn.memory(), 1, GAMMA);
      for (int k = 0; k < PROVED; k++) {
        stack();
        drawn.requireGathered(rows, k * BATCH, BATCH, 1, GAMMA, batch);
      }
    }

    private static EnvSpec spec() {
      return new EnvSpec(
          "Frames",
          Shape.of(LARGE, LARGE),
          ObservationType.U8,
          new ActionSpace.Discrete(6),
          /* maxEpisodeSteps= */ 1,
          /* frameSkip= */ 1,
          /* dt= */ 1,
          HISTORY);
    }

    private void stack() {
      gather.rows(rows, next * BATCH, (next + 1) * BATCH, batch);
      next = (next + 1) % BATCHES;
    }

    /** Frees everything. */
    @TearDown
    public void close() {
      batch.close();
      drawn.close();
      arena.close();
    }
  }

  /**
   * A screen of the game.
   *
   * @param state a game
   * @param counter of screens
   */
  @Benchmark
  public void emulate(Playing state, FrameCounter counter) {
    state.game.step();
    counter.frames++;
  }

  /**
   * A screen reduced to 84 x 84.
   *
   * @param state screens
   * @param counter of them
   */
  @Benchmark
  public void resize84(Screens state, FrameCounter counter) {
    state.resize(state.large);
    counter.frames++;
  }

  /**
   * A screen reduced to 32 x 32.
   *
   * @param state screens
   * @param counter of them
   */
  @Benchmark
  public void resize32(Screens state, FrameCounter counter) {
    state.resize(state.small);
    counter.frames++;
  }

  /**
   * A batch of observations of four frames, and of next ones.
   *
   * @param state frames
   * @param counter of those in the batch
   */
  @Benchmark
  public void stack(Frames state, FrameCounter counter) {
    state.stack();
    counter.frames += 2 * BATCH * HISTORY;
  }
}
