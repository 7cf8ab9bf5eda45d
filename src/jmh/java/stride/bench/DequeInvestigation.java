package stride.bench;

import java.lang.foreign.Arena;
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
import stride.collect.ActionRows;
import stride.env.Shard;
import stride.env.ShardOptions;
import stride.env.StepOutputs;
import stride.env.Task;
import stride.env.Tasks;
import stride.lab.bench.Investigation;
import stride.memory.FloatSlab;
import stride.memory.IntSlab;
import stride.memory.SlabAllocator;
import stride.parallel.Team;
import stride.random.Purpose;
import stride.random.RandomStream;
import stride.replay.ReplayBatch;
import stride.replay.ReplayCollector;
import stride.replay.ReplayGather;
import stride.replay.ReplayMemory;
import stride.replay.UniformSampler;

/**
 * Should a replay memory be a queue of transition objects, or a ring of slabs?
 *
 * <p>Either has ten steps of CartPole added, and then gives a batch of 128 of 10 000 transitions,
 * as CleanRL's DQN does for each update. {@link #ring} has the environment write to its slabs and
 * gathers rows of them. {@link #deque} makes an object of each step, with copies of both
 * observations, and copies the batch's into new arrays. Both draw uniformly, by random numbers of
 * the same kind.
 *
 * <p>The same steps are in both, and the same rows give the same batch, which setting up proves.
 * The trap is to leave the adding out, which makes the garbage: objects that have been in a queue
 * of 10 000 are old when they are dropped. Unit: ns per ten steps and a batch; {@code
 * gc.alloc.rate.norm} is what is allocated. How to run: {@code ./stride bench --suite
 * DequeInvestigation}.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 4, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 4, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Fork(5)
@Investigation
public class DequeInvestigation {
  private static final Task TASK = Tasks.of("CartPole-v1");
  private static final long SEED = 1;
  private static final int CAPACITY = 10_000;
  private static final int FILLED = CAPACITY + CAPACITY / 2; // steps before anything is timed
  private static final int TAPE = 4096; // steps, played over and over
  private static final int STEPS = 10;
  private static final int BATCH = 128;
  private static final float GAMMA = 0.99f;

  /** A ring, and what writes to it. */
  private static final class Ring implements AutoCloseable {
    private final Team team = new Team(1);
    private final ReplayMemory memory =
        new ReplayMemory(TASK.spec(), 1, CAPACITY, SlabAllocator.PAGES);
    private final UniformSampler sampler = new UniformSampler(memory, 1, SEED);
    private final ReplayGather gather = new ReplayGather(memory, 1, GAMMA);
    private final ReplayBatch batch = new ReplayBatch(TASK.spec(), BATCH, SlabAllocator.PAGES);
    private final ReplayCollector collector;
    private final FloatSlab parameters; // of nothing
    private final IntSlab rows; // [BATCH]
    private final FloatSlab weights; // [BATCH]
    private long update;

    Ring(Arena arena, ActionTape tape) {
      collector =
          new ReplayCollector(
              TASK,
              memory,
              team,
              SEED,
              STEPS,
              /* clipActions= */ true,
              none -> new TapedActor(tape, TAPE));
      parameters = FloatSlab.allocate(arena, 1);
      rows = IntSlab.allocate(arena, BATCH);
      weights = FloatSlab.allocate(arena, BATCH);
      collector.begin(0);
    }

    private void collect(int steps) {
      final long before = memory.steps();
      collector.collect(0, parameters, /* episodes= */ 0, before, steps);
      memory.steps(before + steps);
    }

    private ReplayBatch batch() {
      sampler.rows(memory.steps(), update++, 0, BATCH, rows, weights);
      gather.rows(rows, 0, BATCH, batch);
      return batch;
    }

    /** What the last batch's transitions are by age, the oldest being 0. */
    private int[] ages() {
      final int places = CAPACITY + 1;
      final int oldest = (int) ((memory.steps() + 1) % places);
      final var ages = new int[BATCH];
      for (int k = 0; k < BATCH; k++) {
        ages[k] = Math.floorMod(rows.get(k) - oldest, places);
      }
      return ages;
    }

    @Override
    public void close() {
      collector.close();
      batch.close();
      sampler.close();
      memory.close();
      team.close();
    }
  }

  /** A queue, and what adds to it. */
  private static final class Queue implements AutoCloseable {
    private final Shard shard = new Shard(TASK, 0, 1, SEED, ShardOptions.DEFAULTS);
    private final TransitionDeque transitions = new TransitionDeque(CAPACITY);
    private final RandomStream random = new RandomStream(SEED, Purpose.BENCHMARK);
    private final ActionTape tape;
    private final StepOutputs outputs;
    private final ActionRows action;
    private long step;

    Queue(Arena arena, ActionTape tape) {
      this.tape = tape;
      this.outputs = StepOutputs.allocate(arena, 1, TASK.spec().observationElements());
      this.action = ActionRows.allocate(arena, TASK.spec().actionSpace(), 1);
      shard.reset(outputs.obs(), 0, outputs.obsStride());
    }

    private void collect(int steps) {
      for (int k = 0; k < steps; k++) {
        final float[] observation = outputs.floats().toArray();
        tape.copy((int) (step++ % TAPE), action, 0);
        action.giveTo(shard, 0);
        shard.advance();
        shard.finish(outputs, 0, 0);
        transitions.add(transition(observation));
      }
    }

    private TransitionDeque.Transition transition(float[] observation) {
      final boolean truncated = outputs.truncated().get(0) != 0;
      final FloatSlab then = truncated ? shard.terminalObservations() : outputs.floats();
      final float discount = outputs.terminated().get(0) != 0 ? 0 : GAMMA;
      return new TransitionDeque.Transition(
          observation, action.choices().get(0), outputs.rewards().get(0), then.toArray(), discount);
    }

    private TransitionDeque.Batch batch() {
      final var indices = new int[BATCH];
      for (int k = 0; k < BATCH; k++) {
        indices[k] = random.nextInt(transitions.size());
      }
      return transitions.batch(indices);
    }

    @Override
    public void close() {
      shard.close();
    }
  }

  /** The same transitions in both forms. */
  @State(Scope.Benchmark)
  public static class Memories {
    private Arena arena;
    private Ring ring;
    private Queue queue;

    /** Fills both, and proves that they give the same batches. */
    @Setup
    public void open() {
      arena = Arena.ofShared();
      final var tape = new ActionTape(arena, TASK.spec().actionSpace(), TAPE, 1, SEED);
      ring = new Ring(arena, tape);
      queue = new Queue(arena, tape);
      ring.collect(FILLED);
      queue.collect(FILLED);
      for (int k = 0; k < CAPACITY / BATCH; k++) {
        prove();
      }
    }

    private void prove() {
      ring.collect(STEPS);
      queue.collect(STEPS);
      final ReplayBatch mine = ring.batch();
      final TransitionDeque.Batch theirs = queue.transitions.batch(ring.ages());
      final int elements = TASK.spec().observationElements();
      for (int k = 0; k < BATCH; k++) {
        boolean same =
            mine.actions().choices().get(k) == theirs.actions()[k]
                && mine.rewards().get(k) == theirs.rewards()[k]
                && mine.discounts().get(k) == theirs.discounts()[k];
        for (int d = 0; d < elements; d++) {
          final int at = k * elements + d; // no padding in the ring: 4 elements
          same &= mine.observations().get(at) == theirs.observations()[at];
          same &=
              theirs.discounts()[k] == 0
                  || mine.nextObservations().get(at) == theirs.nextObservations()[at];
        }
        if (!same) {
          throw new IllegalStateException("row " + k + " of the batches differs");
        }
      }
    }

    /** Frees everything. */
    @TearDown
    public void close() {
      queue.close();
      ring.close();
      arena.close();
    }
  }

  /**
   * Ten steps into the ring, and a batch from it: the way Stride takes.
   *
   * @param state memories
   * @return the batch
   */
  @Benchmark
  public ReplayBatch ring(Memories state) {
    state.ring.collect(STEPS);
    return state.ring.batch();
  }

  /**
   * Ten steps into the queue, and a batch from it.
   *
   * @param state memories
   * @return the batch
   */
  @Benchmark
  public Object deque(Memories state) {
    state.queue.collect(STEPS);
    return state.queue.batch();
  }
}
