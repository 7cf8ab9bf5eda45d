package stride.learn;

import java.util.Map;
import java.util.SequencedMap;
import stride.memory.Slab;

/**
 * What a learner only ever adds to and is too large to be written with every checkpoint: a replay
 * memory, as rows by step. A run keeps it in files, each with the rows since the one before.
 */
public interface Journal {
  /** Steps of each environment so far: rows [0, steps) have been written. */
  long steps();

  /** The first step that a state of now still needs. */
  long oldestNeeded();

  /**
   * The rows of steps [from, to).
   *
   * @param from at least {@link #oldestNeeded}
   * @param to at most {@link #steps}
   * @return named slabs, valid until the next call on the learner
   */
  SequencedMap<String, Slab> rows(long from, long to);

  /**
   * Takes rows back. Called after the learner's state was restored, for files from the oldest to
   * the newest.
   *
   * @param from step of the first row
   * @param rows what {@link #rows} gave; those no longer needed are passed over
   * @throws IllegalArgumentException if a slab is missing or of another shape
   */
  void restore(long from, Map<String, Slab> rows);
}
