package stride.results;

import java.util.List;

/**
 * Rates and shares of profiles in the width of a terminal. The warnings below such a table explain
 * its sign of doubt.
 */
public final class ShortRates {
  /** Columns of a terminal. */
  public static final int WIDTH = 100;

  private static final double MILLION = 1e6;
  private static final String NOTE =
      "limit: bare mj_step; CPU share: its processor time over Stride's; spread: of the windows";

  private ShortRates() {}

  /**
   * One table of several profiles.
   *
   * @param profiles of different tasks
   * @param mostRows as many as there is room for: where there are more, those of the most threads
   *     are shown, or of these the one of the most environments
   * @return a table
   */
  public static Table of(List<ProfileResult> profiles, int mostRows) {
    boolean oneTask = profiles.size() == 1;
    var table =
        new Table(
            (oneTask ? profiles.getFirst().task() + ", " : "") + "steps/s",
            "limit",
            "rollout",
            "CPU share",
            "training",
            "CPU share",
            "spread");
    for (ProfileResult profile : profiles) {
      for (ProfileRow row : shown(profile.rows(), mostRows / profiles.size())) {
        table.add(
            (oneTask ? "" : profile.task() + " ") + row.markedName(),
            rate(row.physicsStepsPerSecond()),
            rate(row.rolloutStepsPerSecond()),
            Figures.percent(row.rolloutShare()),
            rate(row.trainStepsPerSecond()),
            Figures.percent(row.trainShare()),
            Figures.percent(row.windowSpread()));
      }
    }
    return table.withNote(NOTE);
  }

  private static List<ProfileRow> shown(List<ProfileRow> rows, int most) {
    if (rows.size() <= most) {
      return rows;
    }
    int threads = rows.stream().mapToInt(ProfileRow::threads).max().orElse(0);
    List<ProfileRow> ofMostThreads = rows.stream().filter(r -> r.threads() == threads).toList();
    if (ofMostThreads.size() <= most) {
      return ofMostThreads;
    }
    int envs = ofMostThreads.stream().mapToInt(ProfileRow::envs).max().orElse(0);
    return ofMostThreads.stream().filter(row -> row.envs() == envs).toList();
  }

  private static String rate(Double stepsPerSecond) {
    return stepsPerSecond == null || stepsPerSecond < MILLION
        ? Figures.whole(stepsPerSecond)
        : Figures.fixed(stepsPerSecond / MILLION, 2) + "M";
  }
}
