package stride.replay;

import stride.options.Range;
import stride.options.Require;

/** Into how many parts a batch is cut: a part of the arithmetic, the same for all threads. */
public final class BatchParts {
  private static final int FEWEST = 2;

  private BatchParts() {}

  /**
   * The number of parts.
   *
   * @param given by the option update_parts; null for two, or more where they have enough rows
   * @param batchSize rows of a batch
   * @param rows of a part that are enough
   * @throws IllegalArgumentException naming the option and its range
   */
  public static int of(Integer given, int batchSize, int rows) {
    Require.require("batch_size", batchSize, Range.AT_LEAST_ONE);
    if (given == null) {
      return Math.min(batchSize, Math.max(FEWEST, batchSize / rows));
    }
    Require.between("update_parts", given, 1, batchSize);
    return given;
  }
}
