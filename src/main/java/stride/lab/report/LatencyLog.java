package stride.lab.report;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.HdrHistogram.EncodableHistogram;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.HistogramLogScanner;
import org.HdrHistogram.HistogramLogScanner.EncodableHistogramSupplier;
import stride.files.FileException;
import stride.lab.LabException;

/**
 * A file of HdrHistogram's log format.
 *
 * @param name of the file, without its suffix
 * @param histograms nanoseconds, by tag; intervals of one tag are added up
 */
record LatencyLog(String name, Map<String, Histogram> histograms) {
  private static final String UNTAGGED = "all";
  private static final int TICKS_PER_HALF_DISTANCE = 5;

  static LatencyLog read(Path file) {
    var intervals = new Intervals();
    try (var scanner = new HistogramLogScanner(file.toFile())) {
      scanner.process(intervals);
    } catch (IOException | UncheckedIOException e) {
      String reason = e instanceof IOException io ? FileException.reason(io) : e.getMessage();
      throw new LabException("cannot read " + file + ": " + reason, e);
    } catch (RuntimeException e) { // what the scanner throws depends on where a line is cut
      throw damaged(file, e);
    }
    if (intervals.failure != null) {
      throw damaged(file, intervals.failure);
    }
    String name = file.getFileName().toString().replaceFirst("\\.hlog$", "");
    return new LatencyLog(name, intervals.byTag);
  }

  private static FileException damaged(Path file, Throwable cause) {
    return new FileException(file, "not a whole log of HdrHistogram", cause);
  }

  /** Gathers the lines of a log. */
  private static final class Intervals implements HistogramLogScanner.EventHandler {
    final Map<String, Histogram> byTag = new LinkedHashMap<>();
    Throwable failure; // null: none

    @Override
    public boolean onHistogram(
        String tag, double timestamp, double length, EncodableHistogramSupplier lazy) {
      try {
        EncodableHistogram read = lazy.read();
        if (!(read instanceof Histogram histogram)) {
          return onException(new IOException("a histogram of doubles"));
        }
        byTag.merge(
            tag == null ? UNTAGGED : tag,
            histogram,
            (sum, more) -> {
              sum.add(more);
              return sum;
            });
        return false;
      } catch (Exception e) { // as the interface declares it
        return onException(e);
      }
    }

    @Override
    public boolean onException(Throwable t) {
      failure = t;
      return true; // stop
    }

    @Override
    public boolean onComment(String comment) {
      return false;
    }

    @Override
    public boolean onBaseTime(double secondsSinceEpoch) {
      return false;
    }

    @Override
    public boolean onStartTime(double secondsSinceEpoch) {
      return false;
    }
  }

  /** Points of a curve: percentile in [0, 100] and microseconds. */
  static List<double[]> curve(Histogram nanos) {
    List<double[]> points = new ArrayList<>();
    for (var value : nanos.percentiles(TICKS_PER_HALF_DISTANCE)) {
      points.add(
          new double[] {value.getPercentileLevelIteratedTo(), value.getValueIteratedTo() * 1e-3});
    }
    return points;
  }

  /** The tag without what the tags of all have in common: the task that the file is named after. */
  String shortName(String tag) {
    int end = tag.lastIndexOf('_') + 1;
    String start = tag.substring(0, end);
    return histograms.keySet().stream().allMatch(other -> other.startsWith(start))
        ? tag.substring(end).replaceFirst("^(\\d+)x(\\d+)$", "$1 x $2")
        : tag;
  }
}
