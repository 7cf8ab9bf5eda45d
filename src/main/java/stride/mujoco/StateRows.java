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

  /**
   * All rows.
   *
   * @return [simulations, stateSize] doubles
   */
  public MemorySegment segment() {
    return segment;
  }

  /**
   * How many rows there are.
   *
   * @return the number of simulations
   */
  public int simulations() {
    return simulations;
  }

  /**
   * How far rows are apart.
   *
   * @return bytes
   */
  public long strideBytes() {
    return strideBytes;
  }

  /**
   * Doubles in a row.
   *
   * @return stateSize
   */
  public int stateSize() {
    return (int) (strideBytes / Double.BYTES);
  }

  /**
   * Number of position coordinates.
   *
   * @return nq
   */
  public int nq() {
    return nq;
  }

  /**
   * Number of velocity coordinates.
   *
   * @return nv
   */
  public int nv() {
    return nv;
  }

  /**
   * Number of actuators.
   *
   * @return nu
   */
  public int nu() {
    return nu;
  }

  /**
   * Where the time of row 0 is.
   *
   * @return bytes from the start of the segment
   */
  public long timeOffset() {
    return timeOffset;
  }

  /**
   * Where the positions of row 0 begin.
   *
   * @return bytes from the start of the segment
   */
  public long qposOffset() {
    return qposOffset;
  }

  /**
   * Where the velocities of row 0 begin.
   *
   * @return bytes from the start of the segment
   */
  public long qvelOffset() {
    return qvelOffset;
  }

  /**
   * Where the controls of row 0 begin.
   *
   * @return bytes from the start of the segment
   */
  public long ctrlOffset() {
    return ctrlOffset;
  }

  /**
   * The simulated time of a row.
   *
   * @param row in [0, simulations)
   * @return seconds
   */
  public double time(int row) {
    return segment.get(JAVA_DOUBLE, timeOffset + row * strideBytes);
  }

  /**
   * A position coordinate.
   *
   * @param row in [0, simulations)
   * @param k in [0, nq)
   * @return m or rad
   */
  public double qpos(int row, int k) {
    return segment.get(JAVA_DOUBLE, at(qposOffset, row, k, nq));
  }

  /**
   * Sets a position coordinate.
   *
   * @param row in [0, simulations)
   * @param k in [0, nq)
   * @param value m or rad
   */
  public void setQpos(int row, int k, double value) {
    segment.set(JAVA_DOUBLE, at(qposOffset, row, k, nq), value);
  }

  /**
   * A velocity coordinate.
   *
   * @param row in [0, simulations)
   * @param k in [0, nv)
   * @return m/s or rad/s
   */
  public double qvel(int row, int k) {
    return segment.get(JAVA_DOUBLE, at(qvelOffset, row, k, nv));
  }

  /**
   * Sets a velocity coordinate.
   *
   * @param row in [0, simulations)
   * @param k in [0, nv)
   * @param value m/s or rad/s
   */
  public void setQvel(int row, int k, double value) {
    segment.set(JAVA_DOUBLE, at(qvelOffset, row, k, nv), value);
  }

  /**
   * A control.
   *
   * @param row in [0, simulations)
   * @param k in [0, nu)
   * @return in the actuator's unit
   */
  public double ctrl(int row, int k) {
    return segment.get(JAVA_DOUBLE, at(ctrlOffset, row, k, nu));
  }

  /**
   * Sets a control.
   *
   * @param row in [0, simulations)
   * @param k in [0, nu)
   * @param value in the actuator's unit
   */
  public void setCtrl(int row, int k, double value) {
    segment.set(JAVA_DOUBLE, at(ctrlOffset, row, k, nu), value);
  }

  /** The segment checks the row: an offset within a row of another number lies outside of it. */
  private long at(long offset, int row, int k, int length) {
    return offset + row * strideBytes + 8L * Objects.checkIndex(k, length);
  }
}
