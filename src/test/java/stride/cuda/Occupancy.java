package stride.cuda;

/** How many blocks a multiprocessor holds, as NVIDIA's calculator reckons, for capability 8 up. */
public final class Occupancy {
  private static final int WARP = 32;
  private static final int SCHEDULERS = 4;
  private static final int REGISTERS_OF_A_SCHEDULER = 65_536 / SCHEDULERS;
  private static final int REGISTERS_TOGETHER = 256;

  private Occupancy() {}

  /**
   * By registers alone: a warp's are rounded up, and each scheduler has a quarter of them for its
   * quarter of a block's warps.
   */
  public static int byRegisters(int registers, int threads) {
    int ofWarp = Math.ceilDiv(registers * WARP, REGISTERS_TOGETHER) * REGISTERS_TOGETHER;
    return REGISTERS_OF_A_SCHEDULER / ofWarp / Math.ceilDiv(threads, WARP * SCHEDULERS);
  }
}
