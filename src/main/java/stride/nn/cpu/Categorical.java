package stride.nn.cpu;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static stride.nn.cpu.Lanes.LANES;

import java.lang.foreign.MemorySegment;
import stride.memory.FloatSlab;
import stride.memory.IntSlab;
import stride.nn.ActionHead;
import stride.nn.LinearLayout;
import stride.nn.Workspace;

/**
 * Sampling and log-probabilities of discrete actions.
 *
 * <p>The scratch holds columns of {@code pad(rows)} floats, so that loops run over rows and
 * exponentials and logarithms over whole vectors; sums over actions go in order.
 *
 * <pre>
 *   scratch | exp(logit_0 - max) | ... | exp(logit_n-1 - max) | max | sum, then log sum | cumulative |
 * </pre>
 */
final class Categorical {
  private Categorical() {}

  static void sample(
      ActionHead.Categorical head,
      Workspace workspace,
      IntSlab actions,
      long actionsOffset,
      FloatSlab logProbs,
      long logProbsOffset,
      int rows) {
    final MemorySegment logits = workspace.actor().last().segment(); // [rows, outputStride]
    final MemorySegment scratch = workspace.scratch().segment();
    final MemorySegment words = workspace.radiusWords().segment(); // [rows, pairs]
    exponentials(head, logits, scratch, rows);
    choose(head, scratch, words, actions.segment(), 4 * actionsOffset, rows);
    logProbs(head, logits, scratch, actions, actionsOffset, logProbs, logProbsOffset, rows);
  }

  static void logProb(
      ActionHead.Categorical head,
      Workspace workspace,
      IntSlab actions,
      long actionsOffset,
      FloatSlab logProbs,
      long logProbsOffset,
      int rows) {
    final MemorySegment logits = workspace.actor().last().segment(); // [rows, outputStride]
    final MemorySegment scratch = workspace.scratch().segment();
    exponentials(head, logits, scratch, rows);
    logProbs(head, logits, scratch, actions, actionsOffset, logProbs, logProbsOffset, rows);
  }

  /** Fills the columns of exponentials, the maximum and the sum. */
  private static void exponentials(
      ActionHead.Categorical head, MemorySegment logits, MemorySegment scratch, int rows) {
    final int n = head.actions();
    final long logitRow = 4L * head.outputStride();
    final long max = column(n, rows);
    final long sum = column(n + 1, rows);
    copyColumn(logits, 0, logitRow, scratch, max, rows);
    for (int k = 1; k < n; k++) {
      maxColumn(logits, 4L * k, logitRow, scratch, max, rows);
    }
    for (int k = 0; k < n; k++) {
      shiftColumn(logits, 4L * k, logitRow, scratch, max, column(k, rows), rows);
    }
    Elementary.exponentials(scratch, 0, scratch, 0, n * LinearLayout.padded(rows) / LANES);
    copyColumn(scratch, 0, 4, scratch, sum, rows);
    for (int k = 1; k < n; k++) {
      addColumn(scratch, column(k, rows), sum, rows);
    }
  }

  /** The action is how many cumulative sums, the last one aside, do not exceed the threshold. */
  private static void choose(
      ActionHead.Categorical head,
      MemorySegment scratch,
      MemorySegment words,
      MemorySegment actions,
      long actionsAt,
      int rows) {
    final int n = head.actions();
    final long sum = column(n + 1, rows);
    final long cumulative = column(n + 2, rows);
    final long wordRow = 4L * head.wordPairs();
    for (int r = 0; r < rows; r++) {
      actions.set(JAVA_INT, actionsAt + 4L * r, 0);
      scratch.set(JAVA_FLOAT, cumulative + 4L * r, 0);
    }
    for (int k = 0; k < n - 1; k++) {
      addColumn(scratch, column(k, rows), cumulative, rows);
      for (int r = 0; r < rows; r++) {
        float u = (words.get(JAVA_INT, r * wordRow) >>> 8) * 0x1p-24f;
        float threshold = u * scratch.get(JAVA_FLOAT, sum + 4L * r);
        int passed = scratch.get(JAVA_FLOAT, cumulative + 4L * r) > threshold ? 0 : 1;
        int action = actions.get(JAVA_INT, actionsAt + 4L * r);
        actions.set(JAVA_INT, actionsAt + 4L * r, action + passed);
      }
    }
  }

  /** logit - max - log sum; replaces the sums by their logarithms. */
  private static void logProbs(
      ActionHead.Categorical head,
      MemorySegment logits,
      MemorySegment scratch,
      IntSlab actions,
      long actionsOffset,
      FloatSlab logProbs,
      long logProbsOffset,
      int rows) {
    final int n = head.actions();
    final long max = column(n, rows);
    final long logSum = column(n + 1, rows);
    final long logitRow = 4L * head.outputStride();
    Elementary.logarithms(scratch, logSum, scratch, logSum, LinearLayout.padded(rows) / LANES);
    for (int r = 0; r < rows; r++) {
      float logit = logits.get(JAVA_FLOAT, r * logitRow + 4L * actions.get(actionsOffset + r));
      float shifted = logit - scratch.get(JAVA_FLOAT, max + 4L * r);
      logProbs.set(logProbsOffset + r, shifted - scratch.get(JAVA_FLOAT, logSum + 4L * r));
    }
  }

  private static void copyColumn(
      MemorySegment from, long at, long row, MemorySegment scratch, long to, int rows) {
    for (int r = 0; r < rows; r++) {
      scratch.set(JAVA_FLOAT, to + 4L * r, from.get(JAVA_FLOAT, at + r * row));
    }
  }

  private static void maxColumn(
      MemorySegment logits, long at, long row, MemorySegment scratch, long max, int rows) {
    for (int r = 0; r < rows; r++) {
      float logit = logits.get(JAVA_FLOAT, at + r * row);
      float larger = Math.max(scratch.get(JAVA_FLOAT, max + 4L * r), logit); // NaN if one is
      scratch.set(JAVA_FLOAT, max + 4L * r, larger);
    }
  }

  private static void shiftColumn(
      MemorySegment logits, long at, long row, MemorySegment scratch, long max, long to, int rows) {
    for (int r = 0; r < rows; r++) {
      float logit = logits.get(JAVA_FLOAT, at + r * row);
      scratch.set(JAVA_FLOAT, to + 4L * r, logit - scratch.get(JAVA_FLOAT, max + 4L * r));
    }
  }

  private static void addColumn(MemorySegment scratch, long from, long to, int rows) {
    for (int r = 0; r < rows; r++) {
      float sum = scratch.get(JAVA_FLOAT, to + 4L * r) + scratch.get(JAVA_FLOAT, from + 4L * r);
      scratch.set(JAVA_FLOAT, to + 4L * r, sum);
    }
  }

  /** Where a column of the scratch starts, in bytes. */
  private static long column(int index, int rows) {
    return 4L * index * LinearLayout.padded(rows);
  }
}
