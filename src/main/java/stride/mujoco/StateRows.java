package stride.mujoco;

import static java.lang.foreign.ValueLayout.JAVA_DOUBLE;

import java.lang.foreign.MemorySegment;
import java.util.Objects;

/**
 * The states of a batch's simulations, in MuJoCo's own memory.
 *
 * <pre>
 *   row i:  | time | qpos (nq) | qvel (nv) | ... | warmstart (nv) | ctrl (nu) | ... |
 *           ^ i * strideBytes                    mj_getState(mjSTATE_INTEGRATION) order
 * </pre>
 *
 * <p>Hot loops take the {@link #segment()} and add {@code i * strideBytes()} to an offset of row 0;
 * everything else uses the accessors. Writing a row sets the state of the next step. Rows die with
 * their batch; the thread that steps the batch reads and writes them.
 */
public final class StateRows {
  private final MemorySegment segment; // [simulations, stateSize] doubles
  private final int simulations;
  private final long strideBytes;
  private final int nq;
  private final int nv;
  private final int nu;
  private final long timeOffset;
  private final long qposOffset;
  private final long qvelOffset;
  private final long ctrlOffset;

  StateRows(MemorySegment segment, int simulations, Model model, long[] timeQposQvelCtrlAddresses) {
    this.segment = segment;
    this.simulations = simulations;
    this.strideBytes = segment.byteSize() / simulations;
    this.nq = model.nq();
    this.nv = model.nv();
    this.nu = model.nu();
    this.timeOffset = timeQposQvelCtrlAddresses[0] - segment.address();
    this.qposOffset = timeQposQvelCtrlAddresses[1] - segment.address();
    this.qvelOffset = timeQposQvelCtrlAddresses[2] - segment.address();
    this.ctrlOffset = timeQposQvelCtrlAddresses[3] - segment.address();
  }

  /** All rows: [simulations, stateSize] doubles. */
  public MemorySegment segment() {
    return segment;
  }

  public int simulations() {
    return simulations;
  }

  /** Bytes from one row to the next. */
  public long strideBytes() {
    return strideBytes;
  }

  /** Doubles in a row. */
  public int stateSize() {
    return (int) (strideBytes / Double.BYTES);
  }

  public int nq() {
    return nq;
  }

  public int nv() {
    return nv;
  }

  public int nu() {
    return nu;
  }

  /** Bytes from the start of the segment to the time of row 0; the other offsets alike. */
  public long timeOffset() {
    return timeOffset;
  }

  public long qposOffset() {
    return qposOffset;
  }

  public long qvelOffset() {
    return qvelOffset;
  }

  public long ctrlOffset() {
    return ctrlOffset;
  }

  /** The simulated time of a row, in seconds. */
  public double time(int row) {
    return segment.get(JAVA_DOUBLE, timeOffset + row * strideBytes);
  }

  /** A position coordinate, in m or rad. */
  public double qpos(int row, int k) {
    return segment.get(JAVA_DOUBLE, at(qposOffset, row, k, nq));
  }

  public void setQpos(int row, int k, double value) {
    segment.set(JAVA_DOUBLE, at(qposOffset, row, k, nq), value);
  }

  /** A velocity coordinate, in m/s or rad/s. */
  public double qvel(int row, int k) {
    return segment.get(JAVA_DOUBLE, at(qvelOffset, row, k, nv));
  }

  public void setQvel(int row, int k, double value) {
    segment.set(JAVA_DOUBLE, at(qvelOffset, row, k, nv), value);
  }

  /** A control, in the actuator's unit. */
  public double ctrl(int row, int k) {
    return segment.get(JAVA_DOUBLE, at(ctrlOffset, row, k, nu));
  }

  public void setCtrl(int row, int k, double value) {
    segment.set(JAVA_DOUBLE, at(ctrlOffset, row, k, nu), value);
  }

  /** The segment checks the row: an offset within a row of another number lies outside of it. */
  private long at(long offset, int row, int k, int length) {
    return offset + row * strideBytes + 8L * Objects.checkIndex(k, length);
  }
}
