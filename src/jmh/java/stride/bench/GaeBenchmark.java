package stride.bench;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import stride.collect.RolloutSlabs;
import stride.lab.bench.AnchoredBy;
import stride.lab.bench.Quick;
import stride.memory.Slab;
import stride.nn.Backend;
import stride.parallel.Team;
import stride.ppo.Gae;
import stride.ppo.GaeConfig;
import stride.ppo.PpoBackends;
import stride.results.AnchorKind;

/**
 * What do advantages and returns cost, against copying the same bytes?
 *
 * <p>{@link #gae} goes over the 8192 transitions of a rollout. It reads rewards, values and three
 * flags of each, and writes an advantage and a return: 4 + 4 + 3 + 4 + 4 = 19 bytes, and one more
 * value of each environment. {@link #copy} copies exactly these seven slabs, each once to a place
 * of its own. Whether the slab is read or written by {@code gae}, a copy does both, so it moves
 * twice as many bytes. The value of a terminal observation, which {@code gae} reads where an
 * episode was truncated, is in neither count. One thread; all of it lies in a second-level cache of
 * 1 MB, as it does in training, where rollouts of this size have just been written.
 *
 * <p>The trap is a rollout in which no episode ends: a branch that is never taken is not even
 * compiled. Here one transition in a hundred is an end, by termination and truncation in equal
 * parts. With 64 environments that is one in most steps.
 *
 * <p>Unit: calls/s; {@code rows} is transitions/s, and the quotient of the two benchmarks is how
 * many copies an estimate costs. How to run: {@code ./stride bench --suite GaeBenchmark}; {@code
 * --quick} has 64 environments and the cpu backend only.
 */
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 5, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Fork(3)
@Quick({"backend=cpu", "envs=64"})
@AnchoredBy(AnchorKind.COPIES)
public class GaeBenchmark {

  // relative to 1 or the number itself, whichever is larger: floats against doubles, errors of up
  // to 1 / (1 - gamma lambda) = 17 steps add up; the largest seen is 2.7e-6
  private static final double TOLERANCE = 1e-5;

  /** Advantages to be estimated. */
  @State(Scope.Benchmark)
  public static class Estimate {
    /** What computes. */
    @Param({"reference", "cpu"})
    public String backend;

    /** How many environments the transitions are of. */
    @Param({"1", "64", "256"})
    public int envs;

    private RandomRollout rollout;
    private Team team;
    private Gae gae;

    /** Draws the rollout, and proves that the backend is as good as the reference. */
    @Setup
    public void open() {
      rollout = new RandomRollout(envs);
      team = new Team(1);
      gae = gae(backend);
      prove();
      QuietWarmUp.run(gae::compute);
    }

    private Gae gae(String name) {
      return new Gae(
          rollout.slabs(), PpoBackends.kernels(Backend.of(name)), team, GaeConfig.DEFAULTS);
    }

    private void prove() {
      gae.compute();
      try (Gae reference = gae("reference")) {
        reference.compute();
        requireParity("advantages", gae.advantages().toArray(), reference.advantages().toArray());
        requireParity("returns", gae.returns().toArray(), reference.returns().toArray());
      }
    }

    private void requireParity(String what, float[] actual, float[] expected) {
      Parity.require(what + " of " + backend, actual, expected, 1, TOLERANCE);
    }

    /** Frees everything. */
    @TearDown
    public void close() {
      gae.close();
      team.close();
      rollout.close();
    }
  }

  /** The slabs that the estimate reads and writes, and as many to copy them to. */
  @State(Scope.Benchmark)
  public static class Copies {
    /** How many environments the transitions are of. */
    @Param({"1", "64", "256"})
    public int envs;

    private Arena arena;
    private RandomRollout rollout;
    private Team team;
    private Gae gae;
    private MemorySegment[] from;
    private MemorySegment[] to;

    /** Makes the slabs. */
    @Setup
    public void open() {
      arena = Arena.ofShared();
      rollout = new RandomRollout(envs);
      team = new Team(1);
      gae =
          new Gae(
              rollout.slabs(), PpoBackends.kernels(Backend.REFERENCE), team, GaeConfig.DEFAULTS);
      gae.compute();
      RolloutSlabs slabs = rollout.slabs();
      List<Slab> touched =
          List.of(
              slabs.rewards(),
              slabs.values(),
              slabs.terminated(),
              slabs.truncated(),
              slabs.diverged(),
              gae.advantages(),
              gae.returns());
      from = touched.stream().map(Slab::segment).toArray(MemorySegment[]::new);
      to = new MemorySegment[from.length];
      for (int k = 0; k < to.length; k++) {
        to[k] = arena.allocate(from[k].byteSize(), Slab.CACHE_LINE);
      }
    }

    private void copy() {
      for (int k = 0; k < from.length; k++) {
        MemorySegment.copy(from[k], 0, to[k], 0, from[k].byteSize());
      }
    }

    /** Shows that everything has been copied. */
    @TearDown(Level.Iteration)
    public void check() {
      for (int k = 0; k < from.length; k++) {
        if (from[k].mismatch(to[k]) >= 0) {
          throw new IllegalStateException("slab " + k + " was not copied");
        }
      }
    }

    /** Frees everything. */
    @TearDown
    public void close() {
      gae.close();
      team.close();
      rollout.close();
      arena.close();
    }
  }

  /**
   * Advantages and returns of the rollout.
   *
   * @param state the rollout
   * @param counter of transitions
   */
  @Benchmark
  public void gae(Estimate state, RowCounter counter) {
    state.gae.compute();
    counter.rows += RandomRollout.ROWS;
  }

  /**
   * The bytes they are made of and into, copied.
   *
   * @param state the slabs
   * @param counter of transitions
   */
  @Benchmark
  public void copy(Copies state, RowCounter counter) {
    state.copy();
    counter.rows += RandomRollout.ROWS;
  }
}
