package stride.ppo.cpu;

import static jdk.incubator.vector.VectorOperators.GE;
import static jdk.incubator.vector.VectorOperators.GT;
import static jdk.incubator.vector.VectorOperators.LT;
import static stride.nn.cpu.Lanes.BYTES;
import static stride.nn.cpu.Lanes.FLOATS;
import static stride.nn.cpu.Lanes.LANES;
import static stride.nn.cpu.Lanes.ORDER;
import static stride.nn.cpu.Lanes.load;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import stride.nn.Kernels;
import stride.ppo.ChunkSlabs;
import stride.ppo.UpdateConfig;

/** The clipped surrogate loss of rows whose log-probabilities are known. */
final class Surrogate {
  private Surrogate() {}

  /**
   * Takes log-probabilities from the column of log-ratios and leaves log-ratios, ratios, losses
   * and, where {@code gradientAt} says in the scratch, the loss's gradient with respect to them.
   */
  static void loss(
      Kernels kernels,
      UpdateConfig config,
      ChunkSlabs chunk,
      int rows,
      float weight,
      long gradientAt) {
    final int vectors = Math.ceilDiv(rows, LANES);
    final MemorySegment logRatios = chunk.logRatios().segment();
    final MemorySegment ratios = chunk.ratios().segment();
    subtract(logRatios, chunk.oldLogProbs().segment(), vectors);
    kernels.exp(chunk.logRatios(), 0, chunk.ratios(), 0, chunk.columnLength());
    clipped(
        ratios,
        chunk.advantages().segment(),
        (float) (1 - config.clipCoef()),
        (float) (1 + config.clipCoef()),
        weight,
        chunk.policyLosses().segment(),
        chunk.scratch().segment(),
        gradientAt,
        vectors);
  }

  private static void subtract(MemorySegment x, MemorySegment y, int vectors) {
    for (int i = 0; i < vectors; i++) {
      load(x, i * BYTES).sub(load(y, i * BYTES)).intoMemorySegment(x, i * BYTES, ORDER);
    }
  }

  private static void clipped(
      MemorySegment ratios,
      MemorySegment advantages,
      float low,
      float high,
      float weight,
      MemorySegment losses,
      MemorySegment scratch,
      long gradientAt,
      int vectors) {
    for (int i = 0; i < vectors; i++) {
      FloatVector ratio = load(ratios, i * BYTES);
      FloatVector near = ratio.blend(low, ratio.compare(LT, low));
      near = near.blend(high, near.compare(GT, high));
      FloatVector cost = load(advantages, i * BYTES).neg();
      FloatVector loss = cost.mul(ratio);
      FloatVector nearLoss = cost.mul(near);
      // the ratio's derivative is the ratio
      FloatVector.zero(FLOATS)
          .blend(loss.mul(weight), loss.compare(GE, nearLoss))
          .intoMemorySegment(scratch, gradientAt + i * BYTES, ORDER);
      // max, not a blend: it keeps NaN
      loss.max(nearLoss).intoMemorySegment(losses, i * BYTES, ORDER);
    }
  }
}
