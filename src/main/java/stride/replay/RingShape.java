package stride.replay;

import stride.collect.ActionRows;
import stride.env.ActionSpace;
import stride.env.EnvSpec;
import stride.memory.ElementType;
import stride.memory.SlabBlock;
import stride.memory.SlabPlan;
import stride.nn.LinearLayout;

/**
 * The sizes of a memory.
 *
 * @param spec what the environments look like
 * @param numEnvs N
 * @param places S, the steps that there is room for
 */
record RingShape(EnvSpec spec, int numEnvs, int places) {

  /**
   * The shape that keeps so many transitions.
   *
   * @throws IllegalArgumentException if a number is out of range; rows are numbered by an int, and
   *     the frames of an observation must have room
   */
  static RingShape of(EnvSpec spec, int numEnvs, long bufferSize) {
    requireRange(numEnvs, bufferSize);
    final long least = (long) numEnvs * spec.history();
    if (bufferSize < least) {
      throw new IllegalArgumentException(
          "buffer_size=%d, required: >= %d, for num_envs=%d, history=%d"
              .formatted(bufferSize, least, numEnvs, spec.history()));
    }
    return new RingShape(spec, numEnvs, (int) Math.ceilDiv(bufferSize, numEnvs) + 1);
  }

  static void requireRange(int numEnvs, long bufferSize) {
    if (numEnvs < 1) {
      throw new IllegalArgumentException("num_envs=" + numEnvs + ", required: >= 1");
    }
    final long most = Integer.MAX_VALUE - 2L * numEnvs;
    if (bufferSize < 1 || bufferSize > most) {
      throw new IllegalArgumentException(
          "buffer_size=" + bufferSize + ", required: in [1, " + most + "]");
    }
  }

  boolean frames() {
    return spec.frames();
  }

  /** H, the frames that make up an observation; 1 where it is floats. */
  int history() {
    return spec.history();
  }

  /** D', floats of a row of observations as networks take them. */
  int inputStride() {
    return inputStride(spec);
  }

  static int inputStride(EnvSpec spec) {
    final int alignment = LinearLayout.INPUT_ALIGNMENT;
    return Math.multiplyExact(Math.ceilDiv(spec.inputElements(), alignment), alignment);
  }

  /** Elements of a row as it is stored: D', or the pixels of a frame. */
  int storedElements() {
    return frames() ? spec.observationElements() : inputStride();
  }

  /** K, the truncated episodes of an environment that a window of S steps can hold. */
  int terminalsPerEnv() {
    return places / spec.maxEpisodeSteps() + 2;
  }

  int rows() {
    return places * numEnvs;
  }

  SlabPlan plan() {
    final ElementType stored = frames() ? ElementType.BYTE : ElementType.FLOAT;
    final long s = places;
    final long n = numEnvs;
    return new SlabPlan()
        .add("observations", stored, s, n, storedElements())
        .add("actions", actionType(spec), s, n, spec.actionSpace().elements())
        .add("rewards", ElementType.FLOAT, s, n)
        .add("ends", ElementType.INT, s, n)
        .add("terminals", stored, n, terminalsPerEnv(), storedElements());
  }

  static ElementType actionType(EnvSpec spec) {
    return discrete(spec) ? ElementType.INT : ElementType.FLOAT;
  }

  private static boolean discrete(EnvSpec spec) {
    return spec.actionSpace() instanceof ActionSpace.Discrete;
  }

  /** The slab {@code actions} of a block. */
  static ActionRows actions(SlabBlock block, EnvSpec spec) {
    return new ActionRows(
        discrete(spec) ? null : block.floats("actions"),
        discrete(spec) ? block.ints("actions") : null,
        spec.actionSpace().elements());
  }
}
