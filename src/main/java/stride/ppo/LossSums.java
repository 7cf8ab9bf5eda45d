package stride.ppo;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;

import java.lang.foreign.MemorySegment;
import stride.memory.DoubleSlab;

/**
 * Sums over the rows of a minibatch, in their order, whatever thread computes which chunk.
 *
 * <p>Every chunk writes its sums to a cache line of its own; each thread adds up all of them. An
 * object belongs to one thread.
 */
public final class LossSums {
  /** Doubles of a chunk's sums: a cache line. */
  public static final int LENGTH = 8;

  private int rows;
  private double policyLoss;
  private double valueLoss;
  private double entropy;
  private double logRatio;
  private double kl;
  private double clipped;

  /** Adds up the rows of a chunk and leaves the sums in a slot. */
  static void write(ChunkSlabs chunk, int rows, double clip, DoubleSlab sums, long slot) {
    final long at = slot * LENGTH;
    sums.set(at, sum(chunk.policyLosses().segment(), rows));
    sums.set(at + 1, sum(chunk.valueLosses().segment(), rows));
    sums.set(at + 2, sum(chunk.entropies().segment(), rows));
    final MemorySegment logRatios = chunk.logRatios().segment();
    final MemorySegment ratios = chunk.ratios().segment();
    double logRatio = 0;
    double kl = 0;
    int clipped = 0;
    for (int i = 0; i < rows; i++) {
      double each = logRatios.get(JAVA_FLOAT, 4L * i);
      double change = ratios.get(JAVA_FLOAT, 4L * i) - 1.0;
      logRatio += each;
      kl += change - each;
      clipped += Math.abs(change) > clip ? 1 : 0;
    }
    sums.set(at + 3, logRatio);
    sums.set(at + 4, kl);
    sums.set(at + 5, clipped);
  }

  /** Puts the loss of the policy gradient in the place of the surrogate: every ratio is 1. */
  static void writePolicyGradient(ChunkSlabs chunk, int rows, DoubleSlab sums, long slot) {
    final MemorySegment logProbs = chunk.oldLogProbs().segment();
    final MemorySegment advantages = chunk.advantages().segment();
    double sum = 0;
    for (int i = 0; i < rows; i++) {
      double advantage = advantages.get(JAVA_FLOAT, 4L * i);
      sum -= advantage * logProbs.get(JAVA_FLOAT, 4L * i);
    }
    sums.set(slot * LENGTH, sum);
  }

  private static double sum(MemorySegment column, int rows) {
    double sum = 0;
    for (int i = 0; i < rows; i++) {
      sum += column.get(JAVA_FLOAT, 4L * i);
    }
    return sum;
  }

  /**
   * Adds up the slots of a minibatch's chunks.
   *
   * @param firstSlot of the first chunk
   * @param newRows of all chunks together
   */
  public void read(DoubleSlab sums, long firstSlot, int chunks, int newRows) {
    rows = newRows;
    policyLoss = 0;
    valueLoss = 0;
    entropy = 0;
    logRatio = 0;
    kl = 0;
    clipped = 0;
    for (long at = firstSlot * LENGTH; at < (firstSlot + chunks) * LENGTH; at += LENGTH) {
      policyLoss += sums.get(at);
      valueLoss += sums.get(at + 1);
      entropy += sums.get(at + 2);
      logRatio += sums.get(at + 3);
      kl += sums.get(at + 4);
      clipped += sums.get(at + 5);
    }
  }

  /** The mean over the rows. */
  public double policyLoss() {
    return policyLoss / rows;
  }

  /** The mean over the rows. */
  public double valueLoss() {
    return valueLoss / rows;
  }

  /** The mean over the rows. */
  public double entropy() {
    return entropy / rows;
  }

  /** The first-order estimate of the KL divergence. */
  double oldApproxKl() {
    return -logRatio / rows;
  }

  /** The estimate that is never negative (Schulman, "Approximating KL divergence", 2020). */
  double approxKl() {
    return kl / rows;
  }

  double clipfrac() {
    return clipped / rows;
  }
}
