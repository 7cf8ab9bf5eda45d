package stride.replay;

/** What ways of keeping frames take, in bytes. */
public final class FrameBytes {
  // an action, a reward, and how the step ended
  private static final long BESIDE = 3 * 4;

  private FrameBytes() {}

  /**
   * Stacks of frames as floats, the next stack of each transition beside it.
   *
   * @param pixels of a frame, times its channels
   * @param history frames of a stack
   */
  public static long stacksTwice(long transitions, long pixels, int history) {
    return transitions * pixels * history * Float.BYTES * 2;
  }

  /** Each frame once, a byte a pixel, with actions, rewards and ends: a {@link ReplayMemory}. */
  public static long once(long transitions, long pixels) {
    return transitions * (pixels + BESIDE);
  }
}
