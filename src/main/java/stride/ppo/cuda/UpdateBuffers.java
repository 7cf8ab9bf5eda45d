package stride.ppo.cuda;

import static java.lang.foreign.ValueLayout.JAVA_DOUBLE;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.MemorySegment;
import stride.cuda.Device;
import stride.cuda.DeviceArray;
import stride.cuda.Stream;
import stride.memory.ByteSlab;
import stride.memory.DoubleSlab;
import stride.memory.ElementType;
import stride.memory.FloatSlab;
import stride.memory.SlabAllocator;
import stride.memory.SlabBlock;
import stride.memory.SlabPlan;
import stride.nn.Adam;
import stride.ppo.UpdateDiagnostics;

/**
 * The input and output of an update apart from the rollout: one block, copied to the device at its
 * start and to the host at its end.
 *
 * <pre>
 *   | parameters [P] | schedule: rate, rows, Adam's factors | diagnostics [minibatches, 8] | status |
 * </pre>
 *
 * <p>The structs are those of {@code frame.cuh}.
 */
final class UpdateBuffers implements HostMemory {
  /** Doubles of a minibatch's diagnostics. */
  static final int LENGTH = 8;

  static final int POLICY_LOSS = 0;
  static final int VALUE_LOSS = 1;
  static final int ENTROPY = 2;
  static final int LOG_RATIO = 3;
  static final int KL = 4;
  static final int CLIPPED = 5;
  static final int NORM = 6;
  static final int ROWS = 7;

  private static final long SCHEDULE_RATE = 0;
  private static final long SCHEDULE_ROWS = 8;
  private static final long SCHEDULE_FACTORS = 16;
  private static final long FACTORS_BYTES = 8;

  /** Of struct Status. */
  static final long STATUS_BYTES = 24;

  private static final long STOPPED_AFTER_EPOCH = 0;
  private static final long NOT_FINITE_AT = 4;
  private static final long DONE_MINIBATCHES = 8;
  private static final long PARAMETERS_NOT_FINITE = 12;
  private static final long EXPLAINED_VARIANCE = 16;

  private final SlabBlock block;
  private final DeviceCopy copy;
  private final int minibatches;
  private final Adam adam;
  private final FloatSlab parameters;
  private final ByteSlab schedule;
  private final DoubleSlab diagnostics;
  private final ByteSlab status;

  UpdateBuffers(Device device, long policySize, int minibatches, double adamEps) {
    this.minibatches = minibatches;
    this.adam = new Adam(adamEps);
    this.block =
        new SlabPlan()
            .add("parameters", ElementType.FLOAT, policySize)
            .add("schedule", ElementType.BYTE, scheduleBytes(minibatches))
            .add("diagnostics", ElementType.DOUBLE, minibatches, LENGTH)
            .add("status", ElementType.BYTE, STATUS_BYTES)
            .allocate(SlabAllocator.PAGES);
    this.parameters = block.floats("parameters");
    this.schedule = block.bytes("schedule");
    this.diagnostics = block.doubles("diagnostics");
    this.status = block.bytes("status");
    try {
      this.copy = new DeviceCopy(device, block);
    } catch (RuntimeException e) {
      block.close();
      throw e;
    }
  }

  /** Of struct Schedule. */
  static long scheduleBytes(int minibatches) {
    return SCHEDULE_FACTORS + FACTORS_BYTES * minibatches;
  }

  /** Writes the input of an update, and starts its copy. */
  void prepare(double learningRate, int rows, long stepsSoFar, Stream stream) {
    final MemorySegment to = schedule.segment();
    to.set(JAVA_DOUBLE, SCHEDULE_RATE, learningRate);
    to.set(JAVA_INT, SCHEDULE_ROWS, rows);
    for (int k = 0; k < minibatches; k++) {
      adam.prepare(stepsSoFar + k + 1, learningRate, 1);
      long at = SCHEDULE_FACTORS + FACTORS_BYTES * k;
      to.set(JAVA_FLOAT, at, adam.step());
      to.set(JAVA_FLOAT, at + Float.BYTES, adam.root());
    }
    diagnostics.clear();
    status.clear();
    status.segment().set(JAVA_INT, STOPPED_AFTER_EPOCH, -1);
    status.segment().set(JAVA_INT, NOT_FINITE_AT, -1);
    status.segment().set(JAVA_DOUBLE, EXPLAINED_VARIANCE, Double.NaN);
    copy.upload(stream);
  }

  /** Starts the copy of the output of an update. */
  void fetch(Stream stream) {
    copy.download(stream);
  }

  /** The diagnostics of an update of at most so many epochs on so many rows. */
  UpdateDiagnostics summary(double learningRate, int epochs, int rows) {
    int done = 0;
    int newest = 0;
    double clipped = 0;
    for (int k = 0; k < minibatches; k++) {
      if (diagnostic(k, ROWS) > 0) {
        newest = k;
        done++;
        clipped += diagnostic(k, CLIPPED);
      }
    }
    int stopped = stoppedAfterEpoch();
    return new UpdateDiagnostics(
        diagnostic(newest, POLICY_LOSS),
        diagnostic(newest, VALUE_LOSS),
        diagnostic(newest, ENTROPY),
        -diagnostic(newest, LOG_RATIO),
        diagnostic(newest, KL),
        clipped / done,
        explainedVariance(),
        diagnostic(newest, NORM),
        learningRate,
        stopped < 0 ? epochs : stopped + 1,
        rows);
  }

  FloatSlab parameters() {
    return parameters;
  }

  /** A number of a minibatch; all are 0 if it was not reached or had no rows. */
  double diagnostic(int minibatch, int which) {
    return diagnostics.get((long) minibatch * LENGTH + which);
  }

  /** The epoch whose KL divergence ended the update, or -1. */
  int stoppedAfterEpoch() {
    return status.segment().get(JAVA_INT, STOPPED_AFTER_EPOCH);
  }

  /** The minibatch in which something was not finite, or -1. */
  int notFiniteAt() {
    return status.segment().get(JAVA_INT, NOT_FINITE_AT);
  }

  /** Steps of Adam that the update took. */
  int doneMinibatches() {
    return status.segment().get(JAVA_INT, DONE_MINIBATCHES);
  }

  boolean parametersFinite() {
    return status.segment().get(JAVA_INT, PARAMETERS_NOT_FINITE) == 0;
  }

  double explainedVariance() {
    return status.segment().get(JAVA_DOUBLE, EXPLAINED_VARIANCE);
  }

  /** The parameters on the device. */
  DeviceArray parametersOnDevice() {
    return copy.array(parameters);
  }

  long parametersAddress() {
    return copy.address(parameters);
  }

  long scheduleAddress() {
    return copy.address(schedule);
  }

  long diagnosticsAddress() {
    return copy.address(diagnostics);
  }

  long statusAddress() {
    return copy.address(status);
  }

  @Override
  public void close() {
    copy.close();
    block.close();
  }
}
