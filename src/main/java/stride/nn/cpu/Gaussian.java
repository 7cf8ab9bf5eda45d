package stride.nn.cpu;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static stride.nn.cpu.Lanes.LANES;

import java.lang.foreign.MemorySegment;
import stride.memory.FloatSlab;
import stride.nn.ActionHead;
import stride.nn.Workspace;

/**
 * Sampling and log-probabilities of Gaussian actions.
 *
 * <p>Only the exponentials are vectors: action rows are short and not padded. The rest goes column
 * by column, since loops over many rows are fast and loops over a few elements are not.
 * Log-probabilities build up in their slab, element by element in order.
 */
final class Gaussian {
  private static final float HALF_LOG_TWO_PI = 0.9189385f;

  private Gaussian() {}

  static void sample(
      ActionHead.Gaussian head,
      FloatSlab parameters,
      Workspace workspace,
      FloatSlab actions,
      long actionsOffset,
      FloatSlab logProbs,
      long logProbsOffset,
      int rows) {
    final MemorySegment logProb = logProbs.segment();
    normalizers(head, parameters, workspace, logProb, 4 * logProbsOffset, rows);
    for (int k = 0; k < head.actions(); k++) {
      final FloatSlab normals = k % 2 == 0 ? workspace.cosines() : workspace.sines();
      draw(head, workspace, normals.segment(), actions.segment(), 4 * actionsOffset, k, rows);
      subtractSquares(
          normals.segment(),
          4L * (k / 2),
          4L * head.wordPairs(),
          logProb,
          4 * logProbsOffset,
          rows);
    }
  }

  /** Element k of all rows: action = mean + std * noise. */
  private static void draw(
      ActionHead.Gaussian head,
      Workspace workspace,
      MemorySegment normals,
      MemorySegment actions,
      long actionsAt,
      int k,
      int rows) {
    final MemorySegment means = workspace.actor().last().segment(); // [rows, outputStride]
    final MemorySegment stds = workspace.scratch().segment(); // [1 or rows, outputStride]
    final long meanRow = 4L * head.outputStride();
    final long normalRow = 4L * head.wordPairs();
    final long actionRow = 4L * head.actions();
    final long stdRow = stdRow(head);
    final long stdAt = stdAt(head, k);
    for (int r = 0; r < rows; r++) {
      float noise = normals.get(JAVA_FLOAT, r * normalRow + 4L * (k / 2));
      float std = stds.get(JAVA_FLOAT, stdAt + r * stdRow);
      float mean = means.get(JAVA_FLOAT, r * meanRow + 4L * k);
      actions.set(JAVA_FLOAT, actionsAt + r * actionRow + 4L * k, Math.fma(std, noise, mean));
    }
  }

  /** Subtracts noise^2 / 2 from the log-probability of each row. */
  private static void subtractSquares(
      MemorySegment noises, long at, long row, MemorySegment logProbs, long logProbsAt, int rows) {
    for (int r = 0; r < rows; r++) {
      float noise = noises.get(JAVA_FLOAT, at + r * row);
      float logProb = logProbs.get(JAVA_FLOAT, logProbsAt + 4L * r);
      logProbs.set(JAVA_FLOAT, logProbsAt + 4L * r, Math.fma(-0.5f * noise, noise, logProb));
    }
  }

  static void logProb(
      ActionHead.Gaussian head,
      FloatSlab parameters,
      Workspace workspace,
      FloatSlab actions,
      long actionsOffset,
      FloatSlab logProbs,
      long logProbsOffset,
      int rows) {
    final MemorySegment logProb = logProbs.segment();
    normalizers(head, parameters, workspace, logProb, 4 * logProbsOffset, rows);
    for (int k = 0; k < head.actions(); k++) {
      addDensity(
          head,
          workspace,
          actions.segment(),
          4 * actionsOffset,
          logProb,
          4 * logProbsOffset,
          k,
          rows);
    }
  }

  /** Element k of all rows: subtracts ((action - mean) / std)^2 / 2 from the log-probability. */
  private static void addDensity(
      ActionHead.Gaussian head,
      Workspace workspace,
      MemorySegment actions,
      long actionsAt,
      MemorySegment logProbs,
      long logProbsAt,
      int k,
      int rows) {
    final MemorySegment means = workspace.actor().last().segment(); // [rows, outputStride]
    final MemorySegment stds = workspace.scratch().segment(); // [1 or rows, outputStride]
    final long meanRow = 4L * head.outputStride();
    final long actionRow = 4L * head.actions();
    final long stdRow = stdRow(head);
    final long stdAt = stdAt(head, k);
    for (int r = 0; r < rows; r++) {
      float action = actions.get(JAVA_FLOAT, actionsAt + r * actionRow + 4L * k);
      float mean = means.get(JAVA_FLOAT, r * meanRow + 4L * k);
      float noise = (action - mean) / stds.get(JAVA_FLOAT, stdAt + r * stdRow);
      float logProb = logProbs.get(JAVA_FLOAT, logProbsAt + 4L * r);
      logProbs.set(JAVA_FLOAT, logProbsAt + 4L * r, Math.fma(-0.5f * noise, noise, logProb));
    }
  }

  /**
   * Leaves exp(log-std) in the scratch, and in each row's log-probability what it is without noise.
   */
  private static void normalizers(
      ActionHead.Gaussian head,
      FloatSlab parameters,
      Workspace workspace,
      MemorySegment logProbs,
      long logProbsAt,
      int rows) {
    final FloatSlab outputs = workspace.actor().last();
    final MemorySegment logStds = (head.stateDependent() ? outputs : parameters).segment();
    // where it depends on the state: of whole output rows, though that of the means is of no use
    final long from = head.stateDependent() ? 0 : 4 * head.logStd();
    final MemorySegment stds = workspace.scratch().segment();
    Elementary.exponentials(logStds, from, stds, 0, (int) (head.scratchLength(rows) / LANES));
    for (int r = 0; r < rows; r++) {
      logProbs.set(JAVA_FLOAT, logProbsAt + 4L * r, 0);
    }
    for (int k = 0; k < head.actions(); k++) {
      final long at = from + stdAt(head, k);
      for (int r = 0; r < rows; r++) {
        float logStd = logStds.get(JAVA_FLOAT, at + r * stdRow(head));
        float logProb = logProbs.get(JAVA_FLOAT, logProbsAt + 4L * r);
        logProbs.set(JAVA_FLOAT, logProbsAt + 4L * r, logProb - (logStd + HALF_LOG_TWO_PI));
      }
    }
  }

  /** Bytes from the std of one row to that of the next: 0 if they are the same. */
  private static long stdRow(ActionHead.Gaussian head) {
    return head.stateDependent() ? 4L * head.outputStride() : 0;
  }

  /** Where the std of element k of row 0 is, in bytes. */
  private static long stdAt(ActionHead.Gaussian head, int k) {
    return 4L * (head.stateDependent() ? head.actions() + k : k);
  }
}
