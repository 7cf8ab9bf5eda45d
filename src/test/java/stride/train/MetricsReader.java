package stride.train;

import java.nio.file.Path;

/** What a resumed run reads of its metrics, for tests in other packages. */
public final class MetricsReader {
  private MetricsReader() {}

  /** Cuts a file back to its whole lines, up to an iteration. */
  public static void cut(Path file, long lastIteration) {
    MetricsLog.open(file, lastIteration).close();
  }
}
