package stride.lab.report;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a log of latencies tells of, by its file's name.
 *
 * @param kind of work
 * @param task that was simulated; empty where that is not known
 * @param log of times
 */
record TimedWork(Kind kind, String task, LatencyLog log) {
  private static final Pattern NAME = Pattern.compile("latency-([a-z_]+)-(.+)");

  /** Work in the order of an iteration; files have the names in small letters. */
  enum Kind {
    SHARD_STEP(
        "shard step", "One step of all environments of a thread, with the policy's decision."),
    ROLLOUT("rollout", "The rollout of an iteration: all steps of all environments."),
    GAE("gae", "Advantages and returns of one rollout."),
    MINIBATCH(
        "minibatch",
        "One minibatch of the update on one thread, its waits for the other threads included."),
    ITERATION("iteration", "One whole iteration: rollout, advantages and update."),
    OTHER("", "");

    private final String words;
    private final String sentence;

    Kind(String words, String sentence) {
      this.words = words;
      this.sentence = sentence;
    }

    private static Kind of(String stage) {
      for (Kind kind : values()) {
        if (kind.name().toLowerCase(Locale.ROOT).equals(stage)) {
          return kind;
        }
      }
      return OTHER;
    }

    /** What one piece is. */
    String sentence() {
      return sentence;
    }
  }

  /** Takes a log for what its name says that it is. */
  static TimedWork of(LatencyLog log) {
    Matcher name = NAME.matcher(log.name());
    if (!name.matches()) {
      return new TimedWork(Kind.OTHER, "", log);
    }
    String task = name.group(2);
    return new TimedWork(Kind.of(name.group(1)), task, log);
  }

  String heading() {
    return kind == Kind.OTHER ? log.name() : task + ": " + kind.words;
  }
}
