package stride.lab.profile;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.HdrHistogram.Histogram;
import stride.env.Tasks;
import stride.results.Anchors;
import stride.results.Knee;
import stride.results.ProfileResult;
import stride.results.ProfileRow;
import stride.results.RatesTable;
import stride.results.ResultsFolder;
import stride.results.StageTable;
import stride.results.Table;

/** What a profile looks like on a terminal and in a results folder. */
public final class ProfileReport {
  private ProfileReport() {}

  /**
   * Tables for a terminal, no wider than it: rates, knees, where the time goes, doubts.
   *
   * @param plan what was measured
   * @param result of it
   * @param verbose whether latencies and all times of stages come before them
   * @return lines with a closing line break
   */
  public static String text(ProfilePlan plan, ProfileResult result, boolean verbose) {
    var text = new StringBuilder();
    text.append(
        "%s, policy%s on %s, backend %s, %s, seed %d%n"
            .formatted(
                result.task(),
                plan.network(),
                result.policyDevice(),
                result.backend(),
                result.stepping(),
                result.seed()));
    if (verbose) {
      text.append("%n%s".formatted(result.latencies().toText()));
      for (ProfileRow row : result.rows()) {
        text.append("%nstages of %s%n".formatted(row.markedName()));
        text.append(StageTable.of(row.stages()).toText());
      }
    }
    text.append('\n').append(shares(result.rows()));
    text.append('\n')
        .append(RatesTable.brief(List.of(result), result.rows().size()).toText())
        .append(knees(result, ""));
    if (result.firstStepSeconds() != null) {
      text.append(
          "first env step %.2f s after the JVM's start%n".formatted(result.firstStepSeconds()));
    }
    result.doubts().forEach(doubt -> text.append("warning: %s%n".formatted(doubt)));
    return text.toString();
  }

  /** Columns side by side as far as a terminal is wide. */
  private static String shares(List<ProfileRow> rows) {
    var text = new StringBuilder();
    List<ProfileRow> left = rows;
    while (!left.isEmpty()) {
      int columns = left.size();
      while (columns > 1
          && width(ProfileResult.stageShares(left.subList(0, columns))) > RatesTable.WIDTH) {
        columns--;
      }
      text.append(ProfileResult.stageShares(left.subList(0, columns)).toText());
      left = left.subList(columns, left.size());
    }
    return text.toString();
  }

  private static int width(Table table) {
    return table.toText().lines().mapToInt(String::length).max().orElse(0);
  }

  /**
   * The same as a part of a summary, with all that was measured.
   *
   * @param result of a profile
   * @return Markdown
   */
  public static String markdown(ProfileResult result) {
    var text = new StringBuilder("## Profile of " + result.task() + "\n\n");
    text.append(RatesTable.full(result).toMarkdown()).append('\n').append(knees(result, "- "));
    text.append(
        "\nRates with 95 % intervals over windows; *of limit* is the limit's processor time");
    text.append(
        " over that of the rollout\nor of the whole iteration, *(wall)* the same by wall time;");
    text.append(
        " *spread* is that of the windows' training rates,\n*B/iteration* what is allocated on");
    text.append(" the heap.\n");
    text.append("\n### Latencies\n\n").append(result.latencies().toMarkdown());
    for (ProfileRow row : result.rows()) {
      text.append("\n### Stages of %s\n\n".formatted(row.name()));
      text.append(StageTable.of(row.stages()).toMarkdown());
    }
    return text.toString();
  }

  /**
   * What makes a measurement doubtful, as it stands on top of a summary.
   *
   * @param doubts sentences
   * @return Markdown; empty for none
   */
  public static String doubts(List<String> doubts) {
    if (doubts.isEmpty()) {
      return "";
    }
    List<String> lines = new ArrayList<>(List.of("**The measurement is doubtful:**", ""));
    doubts.forEach(doubt -> lines.add("- " + doubt));
    return String.join("\n", lines) + "\n\n";
  }

  /** A line for each number of threads. */
  public static String knees(ProfileResult result, String bullet) {
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
    final String task = Tasks.fileName(result.task());
    histograms.forEach(
        (stage, each) -> folder.writeHistograms("latency-%s-%s.hlog".formatted(stage, task), each));
    // last, for it says that the profile is complete
    folder.writeJson("profile-" + task + ".json", result);
  }

  /**
   * Writes the summary of a profile that was made alone.
   *
   * @param folder where to
   * @param result of the profile, with its doubts
   * @param anchors at start and end; none if they were not measured
   */
  public static void writeSummary(
      ResultsFolder folder, ProfileResult result, Optional<Anchors> anchors) {
    folder.writeText("summary.md", doubts(result.doubts()) + markdown(result));
    anchors.ifPresent(both -> folder.writeJson(ResultsFolder.ANCHORS, both));
  }
}
