package stride.lab.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import stride.files.JsonObject;
import stride.results.Figures;
import stride.results.Knee;

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
      for (JsonObject profile : results.profiles()) {
        for (Knee knee : RatesSection.knees(profile)) {
          items.add(sentences(profile, knee));
        }
      }
      page.list(items);
    }
    page.close();
  }

  private static String sentences(JsonObject profile, Knee knee) {
    String threads = Figures.plural(knee.threads(), "thread");
    if (knee.withheld()) {
      return "%s, %s: the knee is %s.".formatted(profile.text("task"), threads, knee.sentence());
    }
    JsonObject row =
        profile.list("rows").stream()
            .filter(part -> part.integer("threads") == knee.threads())
            .filter(part -> part.integer("envs") == knee.envs())
            .findFirst()
            .orElseThrow();
    var text = new StringBuilder();
    text.append(profile.text("task"))
        .append(", ")
        .append(threads)
        .append(": ")
        .append(knee.sentence())
        .append(". Rollouts there do ")
        .append(Figures.whole(row.number("rollout_steps_per_second")))
        .append(" env steps/s");
    if (row.has("train_steps_per_second")) {
      text.append(", training ").append(Figures.whole(row.number("train_steps_per_second")));
    }
    if (row.has("train_share")) {
      text.append(", ").append(Figures.percent(row.number("train_share"))).append(" of the limit");
    }
    text.append('.');
    JsonObject stage = StagesSection.largestBesidePhysics(row);
    if (stage != null) {
      text.append(" The largest stage beside physics is ")
          .append(stage.text("stage"))
          .append(String.format(Locale.ROOT, ", %.1f %%.", stage.number("percent")));
    }
    return text.toString();
  }
}
