package stride.lab.pages;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import stride.lab.LabException;
import stride.results.Figures;
import stride.results.PeersResult;
import stride.results.ProfileRow;
import stride.results.ReturnsRow;
import stride.results.Table;
import stride.results.TrainingRow;
import stride.results.TrainingsTable;
import stride.stats.Equivalence;

/**
 * The README's numbers: what the baseline's folder says, in sentences and one small table. Every
 * claim names the rows that it is made from.
 */
public final class ReadmeFigures extends MeasuredPage {
  /** The task of the sentences about training, with its number of environments. */
  static final String TASK = "Hopper-v5";

  static final int ENVS = 64;

  private static final int WIDTH = 120;
  private static final double VERDICT_MARGIN = 0.1; // the default of `stride verify`
  private static final double SIGNIFICANT = 0.05;

  private final Path root;

  /**
   * The README of a project.
   *
   * @param root folder of README.md and bench-results
   */
  public ReadmeFigures(Path root) {
    super(root.resolve("README.md"));
    this.root = root;
  }

  @Override
  protected String updated(String text) {
    Baseline baseline = Baseline.read(root);
    List<TrainingRow> peers =
        baseline.peers().trainRows().stream().filter(row -> row.task().equals(TASK)).toList();
    String sentences =
        sentence("Speed against bare physics", rates(baseline.rates()))
            + sentence("Speed against other programs", ratios(peers))
            + sentence("Cost of a verdict", verdict(baseline, peers))
            + sentence("Returns beside PyTorch's", returns(baseline.returns()));
    String source = wrapped("Measured on " + baseline.source("") + ".", "");
    String page = withMeasured(text, "numbers", sentences);
    return withMeasured(page, "table", table(baseline.peers(), peers).toMarkdown() + "\n" + source);
  }

  private static String sentence(String title, String text) {
    return wrapped("- **%s.** %s".formatted(title, text), "  ");
  }

  private static String rates(List<Baseline.Rate> all) {
    List<Baseline.Rate> sized = all.stream().filter(rate -> rate.row().envs() == ENVS).toList();
    int threads =
        sized.stream()
            .mapToInt(rate -> rate.row().threads())
            .max()
            .orElseThrow(() -> new LabException("no profile has " + ENVS + " environments"));
    List<Baseline.Rate> rates =
        sized.stream()
            .filter(rate -> rate.row().threads() == threads && rate.row().rolloutShare() != null)
            .sorted(Comparator.comparingDouble(rate -> -rate.row().rolloutShare()))
            .toList();
    return ("With %d environments on %d threads, rollouts (policy included) reach %s of the limit,"
            + " bare `mj_step` in C. Whole PPO iterations reach %s.")
        .formatted(
            ENVS,
            threads,
            listed(rates, ProfileRow::rolloutShare),
            listed(rates, ProfileRow::trainShare));
  }

  private static String listed(List<Baseline.Rate> rates, Function<ProfileRow, Double> share) {
    return rates.stream()
        .map(rate -> Figures.percent(share.apply(rate.row())) + " on " + rate.task())
        .collect(Collectors.joining(" and "));
  }

  private static String ratios(List<TrainingRow> peers) {
    List<String> sizes = new ArrayList<>();
    for (String size : peers.stream().map(TrainingRow::size).distinct().toList()) {
      TrainingRow best = fastest(peers, size, Program.PYTORCH);
      TrainingRow baselines = fastest(peers, size, Program.STABLE_BASELINES);
      sizes.add(
          "%s times as fast as %s and %s times as fast as Stable-Baselines3 at %s"
              .formatted(
                  Figures.fixed(best.strideRatio(), 1),
                  inWords(best),
                  Figures.fixed(baselines.strideRatio(), 1),
                  size));
    }
    return ("PPO on %s is %s (environments x steps an iteration). Those are the fastest PyTorch"
            + " programs measured at these sizes.")
        .formatted(TASK, String.join(", and ", sizes));
  }

  private static String verdict(Baseline baseline, List<TrainingRow> peers) {
    ReturnsRow row =
        baseline.returns().stream()
            .filter(any -> any.task().equals(TASK) && any.preset().equals("tuned"))
            .findFirst()
            .orElseThrow(() -> new LabException("no returns of " + TASK + " with preset tuned"));
    double mean = row.mean().mean();
    double variance = row.mean().variance() * row.returns().size();
    int seeds =
        Equivalence.sampleSize(variance, variance, VERDICT_MARGIN * mean)
            .orElseThrow(() -> new LabException("no number of seeds is enough for " + TASK));
    double steps = 2.0 * seeds * row.envSteps();
    int cores = baseline.machine().cores();
    double own =
        2.0
            * seeds
            * row.seconds().stream().mapToDouble(Double::doubleValue).average().orElseThrow()
            / cores;
    return ("%s's return varies by %.0f %% between seeds, so a verdict within %.0f %% takes %d"
            + " seeds of each of two configurations: %.0f million env steps. On these %d cores"
            + " Stride trains that in %s (preset `tuned`), PyTorch in %s, and Stable-Baselines3"
            + " in %s.")
        .formatted(
            TASK,
            100 * Math.sqrt(variance) / mean,
            100 * VERDICT_MARGIN,
            seeds,
            steps / 1e6,
            cores,
            hours(own),
            range(peers, Program.PYTORCH, steps, cores),
            range(peers, Program.STABLE_BASELINES, steps, cores));
  }

  /** From the fastest row to the slowest, each named. */
  private static String range(List<TrainingRow> peers, Program program, double steps, int cores) {
    List<TrainingRow> rows =
        peers.stream()
            .filter(row -> Program.of(row) == program)
            .sorted(Comparator.comparingDouble(row -> -row.envStepsPerSecond() * row.atOnce(cores)))
            .toList();
    return "%s to %s"
        .formatted(hours(rows.getFirst(), steps, cores), hours(rows.getLast(), steps, cores));
  }

  private static String hours(TrainingRow row, double steps, int cores) {
    String form = Program.of(row) == Program.PYTORCH ? row.label().replaceFirst("PyTorch", "") : "";
    return hours(steps / (row.envStepsPerSecond() * row.atOnce(cores)))
        + " (%s%s)".formatted(row.size(), form.replaceFirst("^ ", ", "));
  }

  private static String hours(double seconds) {
    return Figures.fixed(seconds / 3600, 1) + " h";
  }

  private static String returns(List<ReturnsRow> all) {
    List<ReturnsRow> compared = all.stream().filter(ReturnsRow::isCompared).toList();
    if (compared.isEmpty()) {
      return "Not measured beside PyTorch.";
    }
    return compared.stream().map(ReadmeFigures::comparison).collect(Collectors.joining("; "))
        + ". The p are those of Welch's one-sided test.";
  }

  private static String comparison(ReturnsRow row) {
    double p = row.notWorse();
    return "%s, preset `%s`, %d seeds: %s (the same algorithm in PyTorch: %s), %s worse by more than %.0f %% (p = %s)"
        .formatted(
            row.task(),
            row.preset(),
            row.returns().size(),
            Figures.mean(row.mean(), 0),
            Figures.mean(row.referenceMean(), 0),
            p < SIGNIFICANT ? "not" : "possibly",
            100 * row.margin(),
            String.format(Locale.ROOT, "%.2g", p));
  }

  private static Table table(PeersResult peers, List<TrainingRow> rows) {
    String size =
        rows.stream()
            .filter(row -> row.envs() == ENVS)
            .map(TrainingRow::size)
            .findFirst()
            .orElseThrow(
                () ->
                    new LabException(
                        "peers.json has no training of %s with %d environments"
                            .formatted(TASK, ENVS)));
    List<TrainingRow> fastest =
        Stream.of(Program.LIMIT, Program.STRIDE, Program.PYTORCH, Program.STABLE_BASELINES)
            .map(program -> fastest(rows, size, program))
            .toList();
    return TrainingsTable.brief(
        "PPO on %s, %s".formatted(TASK, size), peers, fastest, ReadmeFigures::inWords);
  }

  private static TrainingRow fastest(List<TrainingRow> rows, String size, Program program) {
    return rows.stream()
        .filter(row -> row.size().equals(size) && Program.of(row) == program)
        .max(Comparator.comparingDouble(TrainingRow::envStepsPerSecond))
        .orElseThrow(
            () ->
                new LabException(
                    "peers.json lacks a training of %s at %s by %s"
                        .formatted(TASK, size, program)));
  }

  private static String inWords(TrainingRow row) {
    return Program.of(row) == Program.LIMIT
        ? "the limit: bare `mj_step` in C"
        : row.label().replace("PyTorch compiled", "compiled PyTorch").replace(", ", " with ");
  }

  private static String wrapped(String text, String indent) {
    var lines = new StringBuilder();
    int column = 0;
    for (String word : text.split(" ", -1)) {
      if (column > 0 && column + 1 + word.length() > WIDTH) {
        lines.append('\n').append(indent);
        column = indent.length();
      } else if (column > 0) {
        lines.append(' ');
        column++;
      }
      lines.append(word);
      column += word.length();
    }
    return lines.append('\n').toString();
  }
}
