package stride.ppo.cpu;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static stride.nn.cpu.Lanes.BYTES;
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
 * Loss of a categorical policy. The scratch holds columns for n actions:
 *
 * <pre>
 *   | log p_0 .. log p_n-1 | p_0 .. p_n-1 | d logit_0 .. | max | sum | log sum | d log-prob |
 * </pre>
 */
final class CategoricalLoss {
  private CategoricalLoss() {}

  static void loss(
      Kernels kernels,
      ActionHead.Categorical head,
      UpdateConfig config,
      ChunkSlabs chunk,
      int rows,
      float weight) {
    final int n = head.actions();
    final int vectors = Math.ceilDiv(rows, LANES);
    final MemorySegment scratch = chunk.scratch().segment();
    final MemorySegment entropies = chunk.entropies().segment();
    final long column = 4L * chunk.columnLength();
    final long dLogProb = (3L * n + 3) * column;
    probabilities(kernels, head, chunk, rows);
    Columns.fill(entropies, 0, 0, rows);
    for (int k = 0; k < n; k++) {
      entropy(scratch, k * column, n * column, entropies, vectors);
    }
    chosen(chunk, rows);
    Surrogate.loss(kernels, config, chunk, rows, weight, dLogProb);
    final float bonus = (float) (weight * config.entCoef());
    for (int k = 0; k < n; k++) {
      gradient(scratch, k * column, n * column, dLogProb, entropies, bonus, vectors);
    }
    collect(head, chunk, rows, dLogProb);
  }

  /** Columns of probabilities and their logarithms. */
  private static void probabilities(
      Kernels kernels, ActionHead.Categorical head, ChunkSlabs chunk, int rows) {
    final int n = head.actions();
    final int vectors = Math.ceilDiv(rows, LANES);
    final int length = chunk.columnLength();
    final FloatSlab slab = chunk.scratch();
    final MemorySegment scratch = slab.segment();
    final long column = 4L * length;
    final long max = 3L * n * column;
    final long sum = max + column;
    for (int k = 0; k < n; k++) {
      Columns.read(chunk.actor().last(), k, scratch, k * column, rows);
    }
    Columns.read(chunk.actor().last(), 0, scratch, max, rows);
    for (int k = 1; k < n; k++) {
      larger(scratch, k * column, max, vectors);
    }
    for (int k = 0; k < n; k++) {
      subtract(scratch, max, k * column, vectors);
    }
    kernels.exp(slab, 0, slab, (long) n * length, (long) n * length);
    Columns.fill(scratch, sum, 0, rows);
    for (int k = 0; k < n; k++) {
      add(scratch, (n + k) * column, sum, vectors);
    }
    kernels.log(slab, (3L * n + 1) * length, slab, (3L * n + 2) * length, length);
    for (int k = 0; k < n; k++) {
      subtract(scratch, sum + column, k * column, vectors);
      divide(scratch, sum, (n + k) * column, vectors);
    }
  }

  private static void larger(MemorySegment scratch, long from, long to, int vectors) {
    for (int i = 0; i < vectors; i++) {
      FloatVector x = load(scratch, to + i * BYTES);
      x.max(load(scratch, from + i * BYTES)).intoMemorySegment(scratch, to + i * BYTES, ORDER);
    }
  }

  private static void subtract(MemorySegment scratch, long from, long to, int vectors) {
    for (int i = 0; i < vectors; i++) {
      FloatVector x = load(scratch, to + i * BYTES);
      x.sub(load(scratch, from + i * BYTES)).intoMemorySegment(scratch, to + i * BYTES, ORDER);
    }
  }

  private static void add(MemorySegment scratch, long from, long to, int vectors) {
    for (int i = 0; i < vectors; i++) {
      FloatVector x = load(scratch, to + i * BYTES);
      x.add(load(scratch, from + i * BYTES)).intoMemorySegment(scratch, to + i * BYTES, ORDER);
    }
  }

  private static void divide(MemorySegment scratch, long by, long to, int vectors) {
    for (int i = 0; i < vectors; i++) {
      FloatVector x = load(scratch, to + i * BYTES);
      x.div(load(scratch, by + i * BYTES)).intoMemorySegment(scratch, to + i * BYTES, ORDER);
    }
  }

  /** Subtracts p log p of an action. */
  private static void entropy(
      MemorySegment scratch, long at, long group, MemorySegment entropies, int vectors) {
    for (int i = 0; i < vectors; i++) {
      long here = i * BYTES;
      FloatVector p = load(scratch, at + group + here);
      p.neg()
          .fma(load(scratch, at + here), load(entropies, here))
          .intoMemorySegment(entropies, here, ORDER);
    }
  }

  /** The log-probabilities of the choices. */
  private static void chosen(ChunkSlabs chunk, int rows) {
    final MemorySegment scratch = chunk.scratch().segment();
    final MemorySegment choices = chunk.choices().segment();
    final MemorySegment logProbs = chunk.logRatios().segment();
    final long column = 4L * chunk.columnLength();
    for (int r = 0; r < rows; r++) {
      long at = choices.get(JAVA_INT, 4L * r) * column + 4L * r;
      logProbs.set(JAVA_FLOAT, 4L * r, scratch.get(JAVA_FLOAT, at));
    }
  }

  /** The gradient of a logit, as if it were not that of the choice. */
  private static void gradient(
      MemorySegment scratch,
      long at,
      long group,
      long dLogProb,
      MemorySegment entropies,
      float bonus,
      int vectors) {
    for (int i = 0; i < vectors; i++) {
      long here = i * BYTES;
      FloatVector p = load(scratch, at + group + here);
      FloatVector surprise = load(scratch, at + here).add(load(entropies, here));
      surprise
          .mul(bonus)
          .sub(load(scratch, dLogProb + here))
          .mul(p)
          .intoMemorySegment(scratch, at + 2 * group + here, ORDER);
    }
  }

  /** Gradients go back to rows of outputs, and the choice's gets what only it has. */
  private static void collect(
      ActionHead.Categorical head, ChunkSlabs chunk, int rows, long dLogProb) {
    final int n = head.actions();
    final FloatSlab d = chunk.actorGradients().last();
    final MemorySegment scratch = chunk.scratch().segment();
    final long column = 4L * chunk.columnLength();
    for (int k = 0; k < n; k++) {
      Columns.write(scratch, (2 * n + k) * column, d, k, rows);
    }
    for (int r = 0; r < rows; r++) {
      long at = (long) r * head.outputStride() + chunk.choices().get(r);
      d.set(at, d.get(at) + scratch.get(JAVA_FLOAT, dLogProb + 4L * r));
    }
  }
}
