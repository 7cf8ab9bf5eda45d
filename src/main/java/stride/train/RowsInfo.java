package stride.train;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;
import stride.files.DamagedFileException;

/**
 * What a file of a journal's rows holds.
 *
 * @param iteration of the checkpoint that it was written for
 * @param from step of the first row
 * @param to step after the last row
 * @param oldest first step that its checkpoint needs, in this file or one before it
 * @param whole whether it was written at one of the plan's checkpoints; others hold the rows since
 *     the last whole file, and the next whole one takes their place
 * @param before the whole file before it; null if there is none
 */
record RowsInfo(long iteration, long from, long to, long oldest, boolean whole, JournalEnd before) {
  private static final String BEFORE = "before";

  /** As texts, for the file. */
  SequencedMap<String, String> metadata() {
    SequencedMap<String, String> metadata = new LinkedHashMap<>();
    metadata.put("iteration", Long.toString(iteration));
    metadata.put("from", Long.toString(from));
    metadata.put("to", Long.toString(to));
    metadata.put("oldest", Long.toString(oldest));
    metadata.put("whole", Boolean.toString(whole));
    if (before != null) {
      metadata.put(BEFORE, Long.toString(before.iteration()));
      metadata.put("before_sha256", before.digest());
    }
    return metadata;
  }

  /** That of the texts in a file. */
  static RowsInfo of(Path file, Map<String, String> metadata) {
    JournalEnd before =
        metadata.containsKey(BEFORE)
            ? new JournalEnd(number(file, metadata, BEFORE), metadata.get("before_sha256"))
            : null;
    return new RowsInfo(
        number(file, metadata, "iteration"),
        number(file, metadata, "from"),
        number(file, metadata, "to"),
        number(file, metadata, "oldest"),
        Boolean.parseBoolean(metadata.get("whole")),
        before);
  }

  private static long number(Path file, Map<String, String> metadata, String key) {
    try {
      return Long.parseLong(metadata.get(key));
    } catch (NumberFormatException e) {
      throw new DamagedFileException(file, "not a file of rows, its metadata has no " + key);
    }
  }
}
