package stride.env;

import java.util.Objects;
import stride.memory.ByteSlab;
import stride.memory.Slab;

/**
 * Observations of a shard on their way from the task to the caller's slab. Those of numbers and
 * those of frames are two kinds of it.
 */
abstract class Observations {
  private final int numEnvs;
  private final int elements; // D

  Observations(int numEnvs, int elements) {
    this.numEnvs = numEnvs;
    this.elements = elements;
  }

  final int numEnvs() {
    return numEnvs;
  }

  /** D. */
  final int elements() {
    return elements;
  }

  /** Reads all rows after a step. */
  abstract void read();

  /** Sets marks [n] to a mark where it is 0 and an element is no finite float. */
  abstract void markNotFinite(ByteSlab marks, byte mark);

  /** The first element of a row that is no finite float, in words; empty if all are. */
  abstract String notFinite(int row);

  /** Keeps the last observation of a row's episode. */
  abstract void keepTerminal(int row);

  /** Writes the observations read after the step, rows stride apart. */
  abstract void writeStepped(Slab obs, long obsAt, int stride);

  /** Writes the observation of a row's present state to an element of obs. */
  abstract void writePresent(int row, Slab obs, long at);

  /** Writes the observations of the present states, rows stride apart. */
  final void writePresent(Slab obs, long obsAt, int stride) {
    check(obs, obsAt, stride);
    for (int row = 0; row < numEnvs; row++) {
      writePresent(row, obs, obsAt + (long) row * stride);
    }
  }

  /** Checks that rows stride apart have their place in obs. */
  final void check(Slab obs, long obsAt, int stride) {
    if (stride < elements) {
      throw new IllegalArgumentException("obsStride=" + stride + ", required: >= " + elements);
    }
    Objects.checkFromIndexSize(obsAt, (numEnvs - 1L) * stride + elements, obs.length());
  }
}
