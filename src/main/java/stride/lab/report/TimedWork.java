package stride.lab.report;

import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import stride.files.JsonObject;
import stride.learn.Stage;
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

  /** Takes a log for what the profile of its task says that it is. */
  static TimedWork of(LatencyLog log, List<JsonObject> profiles) {
    Matcher name = NAME.matcher(log.name());
    if (!name.matches()) {
      return new TimedWork(null, "", log);
    }
    String task = name.group(2);
    Optional<JsonObject> profile =
        profiles.stream().filter(part -> part.text("task").equals(task)).findFirst();
    TimedPiece piece = TimedPiece.of(name.group(1)).orElse(null);
    boolean rollout = name.group(1).equals(Stage.ROLLOUT.key());
    return new TimedWork(rollout ? rollout(piece, profile) : piece, task, log);
  }

  /** A Stride that timed nothing but the steps of a thread called their log that of the rollout. */
  private static TimedPiece rollout(TimedPiece rollout, Optional<JsonObject> profile) {
    if (profile.isEmpty()) {
      return null;
    }
    boolean all = profile.get().list("rows").stream().anyMatch(row -> row.has("latencies"));
    return all ? rollout : TimedPiece.SHARD_STEP;
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
