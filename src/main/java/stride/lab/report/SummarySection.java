package stride.lab.report;

import java.util.ArrayList;
import java.util.List;
import stride.results.Figures;
import stride.results.Knee;
import stride.results.ProfileResult;
import stride.results.ProfileRow;

/** What a reader would take from the plots, in sentences. */
final class SummarySection {
  private SummarySection() {}

  static void write(Page page, List<ResultsData> all) {
    page.open("summary", "In short");
    for (ResultsData results : all) {
      if (results.profiles().isEmpty()) {
        continue;
      }
      if (all.size() > 1) {
        page.heading(results.name());
      }
      List<String> items = new ArrayList<>();
      for (ProfileResult profile : results.profiles()) {
        profile.knee().forEach(knee -> items.add(sentences(profile, knee)));
      }
      page.list(items);
    }
    page.close();
  }

  private static String sentences(ProfileResult profile, Knee knee) {
    String threads = Figures.plural(knee.threads(), "thread");
    if (knee.withheld()) {
      return "%s, %s: the knee is %s.".formatted(profile.task(), threads, knee.sentence());
    }
    ProfileRow row =
        profile.rows().stream()
            .filter(any -> any.threads() == knee.threads() && any.envs() == knee.envs())
            .findFirst()
            .orElseThrow();
    String share =
        row.trainShare() == null ? "" : ", " + Figures.percent(row.trainShare()) + " of the limit";
    String largest =
        StagesSection.largestBesidePhysics(row)
            .map(
                stage ->
                    " The largest stage beside physics is %s, %s."
                        .formatted(stage.stage(), Figures.percent(stage.percent() / 100)))
            .orElse("");
    return "%s, %s: %s. Rollouts there do %s env steps/s, training %s%s.%s"
        .formatted(
            profile.task(),
            threads,
            knee.sentence(),
            Figures.whole(row.rolloutStepsPerSecond()),
            Figures.whole(row.trainStepsPerSecond()),
            share,
            largest);
  }
}
