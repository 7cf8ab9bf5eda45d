package stride.lab.report;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import stride.results.TimedPiece;

/**
 * What a log of latencies tells of, by its file's name.
 *
 * @param piece which work; null where the name says of none
 * @param task that was simulated; empty where that is not known
 * @param log of times
 */
record TimedWork(TimedPiece piece, String task, LatencyLog log) {
  private static final Pattern NAME = Pattern.compile("latency-([a-z_]+)-(.+)");

  /** Takes a log for what its name says that it is. */
  static TimedWork of(LatencyLog log) {
    Matcher name = NAME.matcher(log.name());
    if (!name.matches()) {
      return new TimedWork(null, "", log);
    }
    String task = name.group(2);
    return new TimedWork(TimedPiece.of(name.group(1)).orElse(null), task, log);
  }

  String heading() {
    return piece == null ? log.name() : task + ": " + piece.words();
  }

  String sentence() {
    return piece == null ? "" : piece.sentence();
  }

  /** The place within an iteration; what is not known comes last. */
  int order() {
    return piece == null ? TimedPiece.ALL.size() : TimedPiece.ALL.indexOf(piece);
  }
}
