package stride.ppo.cpu;

import static stride.nn.cpu.Lanes.BYTES;
import static stride.nn.cpu.Lanes.FLOATS;
import static stride.nn.cpu.Lanes.LANES;
import static stride.nn.cpu.Lanes.ORDER;
import static stride.nn.cpu.Lanes.load;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import stride.memory.FloatSlab;
import stride.nn.ActionHead;
import stride.nn.Kernels;
import stride.nn.cpu.Columns;
import stride.ppo.ChunkSlabs;
import stride.ppo.UpdateConfig;

/**
 * Loss of a Gaussian policy. The scratch holds columns, each overwritten by its gradient:
 *
 * <pre>
 *   | mean_0.. then noise_0.. [A] | 1 / std_0.., then d mean [A] | log-std_0.., then d log-std [A] | d log-prob |
 * </pre>
 */
final class GaussianLoss {
  private static final float HALF_LOG_TWO_PI = 0.9189385f;

  private GaussianLoss() {}

  static void loss(
      Kernels kernels,
      ActionHead.Gaussian head,
      UpdateConfig config,
      FloatSlab parameters,
      ChunkSlabs chunk,
      int rows,
      float weight,
      FloatSlab gradients) {
    final int n = head.actions();
    final int vectors = Math.ceilDiv(rows, LANES);
    final MemorySegment scratch = chunk.scratch().segment();
    final long column = 4L * chunk.columnLength();
    spread(kernels, head, parameters, chunk, rows);
    Columns.fill(chunk.logRatios().segment(), 0, 0, rows);
    Columns.fill(chunk.entropies().segment(), 0, 0, rows);
    for (int k = 0; k < n; k++) {
      density(
          chunk.actions().segment(),
          scratch,
          k * column,
          n * column,
          chunk.logRatios().segment(),
          chunk.entropies().segment(),
          vectors);
    }
    Surrogate.loss(kernels, config, chunk, rows, weight, 3L * n * column);
    final float bonus = (float) (weight * config.entCoef());
    for (int k = 0; k < n; k++) {
      gradient(scratch, k * column, n * column, 3L * n * column, bonus, vectors);
    }
    collect(head, chunk, rows, gradients);
  }

  /** Columns of means, log-stds and 1 / std. */
  private static void spread(
      Kernels kernels, ActionHead.Gaussian head, FloatSlab parameters, ChunkSlabs chunk, int rows) {
    final int n = head.actions();
    final FloatSlab outputs = chunk.actor().last();
    final MemorySegment scratch = chunk.scratch().segment();
    final long column = 4L * chunk.columnLength();
    for (int k = 0; k < n; k++) {
      Columns.read(outputs, k, scratch, k * column, rows);
      if (head.stateDependent()) {
        Columns.read(outputs, n + k, scratch, (2 * n + k) * column, rows);
      } else {
        float logStd = parameters.get(head.logStd() + k);
        Columns.fill(scratch, (2 * n + k) * column, logStd, rows);
      }
      negate(scratch, (2 * n + k) * column, (n + k) * column, Math.ceilDiv(rows, LANES));
    }
    final long all = (long) n * chunk.columnLength();
    kernels.exp(chunk.scratch(), all, chunk.scratch(), all, all);
  }

  private static void negate(MemorySegment scratch, long from, long to, int vectors) {
    for (int i = 0; i < vectors; i++) {
      load(scratch, from + i * BYTES).neg().intoMemorySegment(scratch, to + i * BYTES, ORDER);
    }
  }

  /** An element of the action: its noise, and what it adds to log-probability and entropy. */
  private static void density(
      MemorySegment actions,
      MemorySegment scratch,
      long at,
      long group,
      MemorySegment logProbs,
      MemorySegment entropies,
      int vectors) {
    for (int i = 0; i < vectors; i++) {
      long here = i * BYTES;
      FloatVector off = load(actions, at + here).sub(load(scratch, at + here));
      FloatVector noise = off.mul(load(scratch, at + group + here));
      noise.intoMemorySegment(scratch, at + here, ORDER);
      FloatVector logNorm = load(scratch, at + 2 * group + here).add(HALF_LOG_TWO_PI);
      noise
          .mul(-0.5f)
          .fma(noise, load(logProbs, here).sub(logNorm))
          .intoMemorySegment(logProbs, here, ORDER);
      load(entropies, here).add(logNorm.add(0.5f)).intoMemorySegment(entropies, here, ORDER);
    }
  }

  /** An element of the action: gradients of its mean and log-std. */
  private static void gradient(
      MemorySegment scratch, long at, long group, long gradientAt, float bonus, int vectors) {
    for (int i = 0; i < vectors; i++) {
      long here = i * BYTES;
      FloatVector d = load(scratch, gradientAt + here);
      FloatVector noise = load(scratch, at + here);
      FloatVector inverseStd = load(scratch, at + group + here);
      d.mul(noise).mul(inverseStd).intoMemorySegment(scratch, at + group + here, ORDER);
      noise
          .fma(noise, FloatVector.broadcast(FLOATS, -1))
          .mul(d)
          .sub(bonus)
          .intoMemorySegment(scratch, at + 2 * group + here, ORDER);
    }
  }

  /** Gradients go back to rows of outputs, or, summed up, to those of the parameters. */
  private static void collect(
      ActionHead.Gaussian head, ChunkSlabs chunk, int rows, FloatSlab gradients) {
    final int n = head.actions();
    final FloatSlab d = chunk.actorGradients().last();
    final MemorySegment scratch = chunk.scratch().segment();
    final long column = 4L * chunk.columnLength();
    for (int k = 0; k < n; k++) {
      Columns.write(scratch, (n + k) * column, d, k, rows);
      if (head.stateDependent()) {
        Columns.write(scratch, (2 * n + k) * column, d, n + k, rows);
      } else {
        double sum = Columns.sum(scratch, (2 * n + k) * column, rows);
        gradients.set(head.logStd() + k, (float) sum);
      }
    }
  }
}
