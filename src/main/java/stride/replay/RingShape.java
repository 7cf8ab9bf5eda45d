package stride.replay;

import stride.collect.ActionRows;
import stride.env.ActionSpace;
import stride.env.EnvSpec;
import stride.env.ObservationType;
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
 * @param history H, the frames that make up an observation; 1 where observations are floats
 */
record RingShape(EnvSpec spec, int numEnvs, int places, int history) {

  /**
   * The shape that keeps so many transitions.
   *
   * @throws IllegalArgumentException if a number is out of range; rows are numbered by an int
   */
  static RingShape of(EnvSpec spec, int numEnvs, long bufferSize, int history) {
    requireRange(numEnvs, bufferSize);
    if (history < 1 || (history > 1 && !frames(spec))) {
      throw new IllegalArgumentException(
          "history=" + history + ", required: >= 1, and 1 where observations are no frames");
    }
    return new RingShape(spec, numEnvs, (int) Math.ceilDiv(bufferSize, numEnvs) + 1, history);
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

  private static boolean frames(EnvSpec spec) {
    return spec.observationType() == ObservationType.U8;
  }

  boolean frames() {
    return frames(spec);
  }

  /** D', floats of a row of observations as networks take them. */
  int inputStride() {
    return inputStride(spec, history);
  }

  static int inputStride(EnvSpec spec, int history) {
    final int alignment = LinearLayout.INPUT_ALIGNMENT;
    final int elements = Math.multiplyExact(spec.observationElements(), history);
    return Math.multiplyExact(Math.ceilDiv(elements, alignment), alignment);
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
