package stride.lab;

import java.util.List;
import java.util.Map;
import org.HdrHistogram.Histogram;

/** What a profile looks like on a terminal and in a results folder. */
public final class ProfileReport {
  private ProfileReport() {}

  /**
   * Tables for a terminal: rates, then the stages of each row.
   *
   * @param result of a profile
   * @return lines with a closing line break
   */
  public static String text(ProfileResult result) {
    var text = new StringBuilder();
    text.append(
        "%s, policy 2 x 64 tanh on %s, backend %s, %s, seed %d%n"
            .formatted(
                result.task(),
                result.policyDevice(),
                result.backend(),
                result.stepping(),
                result.seed()));
    text.append("%n%s%n%s".formatted(result.rates().toText(), knees(result, "")));
    text.append("%n%s".formatted(result.latencies().toText()));
    for (ProfileRow row : result.rows()) {
      text.append("%nstages of %s%n".formatted(row.name()));
      text.append(StageTable.of(row.stages()).toText());
    }
    if (result.firstStepSeconds() != null) {
      text.append(
          "%nfirst env step %.2f s after the JVM's start%n".formatted(result.firstStepSeconds()));
    }
    return text.toString();
  }

  /**
   * The same as a part of a summary.
   *
   * @param result of a profile
   * @return Markdown
   */
  public static String markdown(ProfileResult result) {
    var text = new StringBuilder("## Profile of " + result.task() + "\n\n");
    text.append(result.rates().toMarkdown()).append('\n').append(knees(result, "- "));
    text.append("\nRates with 95 % intervals over windows; *spread* is that of their training");
    text.append(" rates, *B/iteration* what is allocated on the heap.\n");
    text.append("\n### Latencies\n\n").append(result.latencies().toMarkdown());
    for (ProfileRow row : result.rows()) {
      text.append("\n### Stages of %s\n\n".formatted(row.name()));
      text.append(StageTable.of(row.stages()).toMarkdown());
    }
    return text.toString();
  }

  /** A line for each number of threads. */
  private static String knees(ProfileResult result, String bullet) {
    var text = new StringBuilder();
    for (Knee knee : result.knee()) {
      text.append("%s%s: %s\n".formatted(bullet, knee.name(), knee.sentence()));
    }
    return text.toString();
  }

  /**
   * Writes a profile into a results folder.
   *
   * @param folder where to
   * @param result becomes {@code profile-<task>.json}
   * @param histograms become {@code latency-<stage>-<task>.hlog}, by stage
   */
  public static void write(
      ResultsFolder folder, ProfileResult result, Map<String, List<Histogram>> histograms) {
    histograms.forEach(
        (stage, each) ->
            folder.writeHistograms("latency-%s-%s.hlog".formatted(stage, result.task()), each));
    // last, for it says that the profile is complete
    folder.writeJson("profile-" + result.task() + ".json", result);
  }
}
