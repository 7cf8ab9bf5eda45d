package stride.env;

import java.lang.foreign.Arena;
import java.nio.file.Path;
import stride.memory.DoubleSlab;
import stride.memory.IntSlab;

/**
 * Replays trajectories that Gymnasium computed, and says how far Stride is from them.
 *
 * <p>Each episode starts from the file's state; its actions go to the simulator in double
 * precision, as they are, under the file's time limit. Observations, rewards, states and the ends
 * of episodes are compared. Belongs to one thread.
 */
public final class Alignment {
  /** Largest deviation, absolute, at which a task counts as the same. */
  public static final double TOLERANCE = 1e-9;

  // the environment under test has neighbours, to expose a wrong stride
  private static final int ENVS = 3;
  private static final int ROW = 1;

  private final GoldenFile golden;
  private final Task task;
  private final Shard shard;
  private final DoubleRows rows;
  private final StepOutputs out;
  private final DoubleSlab present; // [1, D] observation at a reset
  private final DoubleSlab realActions; // [ENVS, A]
  private final IntSlab discreteActions; // [ENVS]
  private final Deviation worst = new Deviation();
  private int steps;

  /** What a file gave. */
  public sealed interface Result {
    Path file();

    /** Gymnasium's name of the task. */
    String task();
  }

  /**
   * The file's task is not built.
   *
   * @param file its path
   * @param task Gymnasium's name
   */
  public record Skipped(Path file, String task) implements Result {}

  /**
   * The file was replayed.
   *
   * @param file its path
   * @param task Gymnasium's name
   * @param steps env steps replayed
   * @param maxAbsError largest deviation in any number; infinite if one is NaN
   * @param worst where it is, for example {@code line 17, obs[3]}; empty if there is none
   * @param mismatch the first step that ended an episode differently, after which nothing is
   *     replayed; empty if there is none
   */
  public record Compared(
      Path file, String task, int steps, double maxAbsError, String worst, String mismatch)
      implements Result {
    /** Whether the task is the same: within {@link #TOLERANCE} and without a mismatch. */
    public boolean isAligned() {
      return mismatch.isEmpty() && maxAbsError <= TOLERANCE;
    }
  }

  private Alignment(GoldenFile golden, Task task, Shard shard, Arena arena) {
    this.golden = golden;
    this.task = task;
    this.shard = shard;
    this.rows = (DoubleRows) shard.rows();
    final int d = task.spec().observationElements();
    this.out = StepOutputs.allocate(arena, ENVS, d);
    this.present = DoubleSlab.allocate(arena, 1, d);
    this.realActions = DoubleSlab.allocate(arena, ENVS, task.spec().actionSpace().elements());
    this.discreteActions = IntSlab.allocate(arena, ENVS);
  }

  /**
   * Replays a golden file, gzip of JSON lines: how far it is from Stride, or that its task is not
   * built.
   *
   * @throws GoldenFileException if it cannot be read or is no such file
   */
  public static Result replay(Path file) {
    try (GoldenFile golden = new GoldenFile(file)) {
      if (!Tasks.contains(golden.task())) {
        return new Skipped(file, golden.task());
      }
      Task task = Tasks.of(golden.task());
      if (task.spec().frames()) {
        throw golden.wrong(task + " has frames, which no such file holds");
      }
      golden.check(task.spec());
      ShardOptions options =
          ShardOptions.DEFAULTS
              .withClipActions(false)
              .withMaxEpisodeSteps(golden.maxEpisodeSteps());
      try (Shard shard = new Shard(task, 0, ENVS, /* seed= */ 0, options);
          Arena arena = Arena.ofConfined()) {
        return new Alignment(golden, task, shard, arena).replayAll(file);
      }
    }
  }

  private Compared replayAll(Path file) {
    shard.reset(out.obs(), 0, out.obsStride());
    boolean running = false;
    String mismatch = "";
    for (GoldenLine line = next(); line != null && mismatch.isEmpty(); line = next()) {
      if (line.reset) {
        start(line);
        running = true;
      } else if (running) {
        mismatch = step(line);
        running = !line.endsEpisode();
      } else {
        throw golden.wrong("a step of no episode");
      }
    }
    if (steps == 0) {
      throw golden.wrong("no steps");
    }
    return new Compared(file, task.spec().id(), steps, worst.error(), worst.place(), mismatch);
  }

  private GoldenLine next() {
    return golden.next(task.spec(), rows.coordinates());
  }

  private void start(GoldenLine line) {
    shard.startEpisode(ROW);
    for (int k = 0; k < line.state.length; k++) {
      rows.setCoordinate(ROW, k, line.state[k]);
    }
    rows.observe(ROW, ROW + 1, present);
    compareObservation(line, present, 0);
  }

  /** Returns how the step ended differently, empty if it did not. */
  private String step(GoldenLine line) {
    act(line.action);
    shard.advance();
    shard.score(out, 0);
    steps++;

    compareObservation(line, shard.observations(), (long) ROW * line.obs.length);
    worst.see(shard.rewards().get(ROW) - line.reward, golden.line(), "reward", -1);
    for (int k = 0; k < line.state.length; k++) {
      worst.see(rows.coordinate(ROW, k) - line.state[k], golden.line(), "state", k);
    }
    String mismatch = compareEnd(line);

    shard.restart();
    shard.observe(out, 0);
    return mismatch;
  }

  private void act(double[] action) {
    switch (task.spec().actionSpace()) {
      case ActionSpace.Box box -> {
        realActions.set((long) ROW * box.elements(), action);
        shard.act(realActions, 0);
      }
      case ActionSpace.Discrete _ -> {
        discreteActions.set(ROW, (int) action[0]);
        shard.act(discreteActions, 0);
      }
    }
  }

  private void compareObservation(GoldenLine line, DoubleSlab ours, long at) {
    for (int k = 0; k < line.obs.length; k++) {
      double exact = ours.get(at + k);
      double value = task.isObservedInFloat() ? (float) exact : exact;
      worst.see(value - line.obs[k], golden.line(), "obs", k);
    }
  }

  private String compareEnd(GoldenLine line) {
    boolean terminated = out.terminated().get(ROW) != 0;
    boolean truncated = out.truncated().get(ROW) != 0;
    boolean diverged = out.diverged().get(ROW) != 0;
    // Gymnasium's time limit truncates a terminated step too
    boolean cut = line.truncated && !line.terminated;
    if (terminated == line.terminated && truncated == cut && !diverged) {
      return "";
    }
    return "line %d: terminated=%b, truncated=%b, diverged=%b, required: terminated=%b, truncated=%b"
        .formatted(golden.line(), terminated, truncated, diverged, line.terminated, cut);
  }

  /** The largest deviation so far, and where it is. */
  private static final class Deviation {
    private double error;
    private int line;
    private String field = "";
    private int index;

    void see(double difference, int atLine, String atField, int atIndex) {
      double size = Double.isNaN(difference) ? Double.POSITIVE_INFINITY : Math.abs(difference);
      if (size > error) {
        error = size;
        line = atLine;
        field = atField;
        index = atIndex;
      }
    }

    double error() {
      return error;
    }

    String place() {
      String element = index < 0 ? field : field + "[" + index + "]";
      return error == 0 ? "" : "line " + line + ", " + element;
    }
  }
}
