package stride.bench;

import java.lang.foreign.Arena;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import stride.env.ActionSpace;
import stride.env.EnvSpec;
import stride.env.Tasks;
import stride.lab.bench.Investigation;
import stride.memory.IntSlab;
import stride.memory.SlabAllocator;
import stride.replay.ReplayBatch;
import stride.replay.ReplayGather;
import stride.replay.ReplayMemory;

/**
 * Should a replay memory store each transition's next observation, or look it up in the row after?
 *
 * <p>{@link #gatherOnce} and {@link #gatherTwice} gather 128 transitions from either form; {@link
 * #updateOnce} and {@link #updateTwice} also learn from them, as DQN does. Observations are of the
 * length of CartPole's and of Hopper's; actions are choices for both. A transition of CartPole
 * takes 28 bytes stored once and 44 stored twice, one of Hopper 60 and 108: {@code
 * bytesPerTransition}.
 *
 * <p>Both fill the same batches, with the same gradients to the last bit, which setting up proves.
 * The trap is to gather one batch again and again, which lies in a cache after the first time;
 * thousands are gathered in turn. Another is to look at the gathering alone, of which an update is
 * a small part. Unit: ns per batch. How to run: {@code ./stride bench --suite
 * StoredTwiceInvestigation}.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 4, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 4, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Fork(5)
@Investigation
public class StoredTwiceInvestigation {
  private static final int BATCH = 128;
  private static final int BATCHES = 4096;
  private static final int PROVED = 64;
  private static final double GAMMA = 0.99;

  /** Transitions in both forms. */
  @State(Scope.Benchmark)
  public static class Transitions {
    /** Whose observations they could have. */
    @Param({"CartPole-v1", "Hopper-v5"})
    public String task;

    /** How many. */
    @Param({"10000", "1000000"})
    public int capacity;

    private Arena arena;
    private DrawnMemory drawn;
    private ReplayGather once;
    private TwiceStored twice;
    private IntSlab rows; // [BATCHES, BATCH] of the ring
    private ReplayBatch batch;
    private BatchUpdate update;
    private double bytesOnce; // of a transition
    private int next; // batch

    /** Draws transitions and batches, and proves that both forms give the same. */
    @Setup
    public void open() {
      arena = Arena.ofShared();
      drawn = new DrawnMemory(withChoices(Tasks.of(task).spec()), capacity);
      once = new ReplayGather(drawn.memory(), 1, GAMMA);
      twice = new TwiceStored(arena, drawn, GAMMA, BATCH);
      rows = IntSlab.allocate(arena, BATCHES, BATCH);
      drawn.draw(1, rows);
      batch = new ReplayBatch(drawn.spec(), BATCH, SlabAllocator.PAGES);
      update = new BatchUpdate(drawn.spec(), BATCH);
      final long bytes = ReplayMemory.bytes(drawn.spec(), DrawnMemory.ENVS, capacity);
      bytesOnce = (double) bytes / capacity;
      for (int k = 0; k < PROVED; k++) {
        prove(k);
      }
      QuietWarmUp.run(this::learnOnce);
    }

    private static EnvSpec withChoices(EnvSpec spec) {
      return new EnvSpec(
          spec.id(),
          spec.observationShape(),
          spec.observationType(),
          new ActionSpace.Discrete(2),
          spec.maxEpisodeSteps(),
          spec.frameSkip(),
          spec.dt());
    }

    private void prove(int k) {
      next = k;
      learnOnce();
      drawn.requireGathered(rows, k * BATCH, BATCH, 1, GAMMA, batch);
      final float[] gradients = update.gradients().toArray();
      next = k;
      learnTwice();
      drawn.requireGathered(rows, k * BATCH, BATCH, 1, GAMMA, batch);
      Parity.require("gradients", update.gradients().toArray(), gradients, 1, 0);
    }

    private int advance() {
      final int from = next * BATCH;
      next = (next + 1) % BATCHES;
      return from;
    }

    private void gatherOnce() {
      final int from = advance();
      once.rows(rows, from, from + BATCH, batch);
    }

    private void gatherTwice() {
      twice.gather(rows, advance(), batch);
    }

    private void learnOnce() {
      gatherOnce();
      update.learn(batch);
    }

    private void learnTwice() {
      gatherTwice();
      update.learn(batch);
    }

    /** Frees everything. */
    @TearDown
    public void close() {
      update.close();
      batch.close();
      drawn.close();
      arena.close();
    }
  }

  /**
   * A batch whose next observations are other rows' observations: the way Stride takes.
   *
   * @param state transitions
   * @param size takes the bytes of a transition
   */
  @Benchmark
  public void gatherOnce(Transitions state, BytesCounter size) {
    state.gatherOnce();
    size.bytesPerTransition = state.bytesOnce;
  }

  /**
   * A batch whose next observations lie beside the observations.
   *
   * @param state transitions
   * @param size takes the bytes of a transition
   */
  @Benchmark
  public void gatherTwice(Transitions state, BytesCounter size) {
    state.gatherTwice();
    size.bytesPerTransition = state.twice.bytesPerTransition();
  }

  /**
   * An update from a batch of observations stored once.
   *
   * @param state transitions
   */
  @Benchmark
  public void updateOnce(Transitions state) {
    state.learnOnce();
  }

  /**
   * An update from a batch of observations stored twice.
   *
   * @param state transitions
   */
  @Benchmark
  public void updateTwice(Transitions state) {
    state.learnTwice();
  }
}
