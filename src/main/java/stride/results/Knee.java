package stride.results;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import stride.files.OrNull;

/**
 * From which number of environments on more of them gain little, with one number of threads.
 *
 * <p>It is the smallest number that no larger one measured beats by more than {@link #LITTLE}. It
 * is withheld where rollouts of that number of threads spread widely: it would rest on noise.
 *
 * @param threads number of threads
 * @param envs the number of environments; the largest measured if the knee was not reached, or is
 *     withheld
 * @param reached whether more gain little: measured, or impossible by the limit
 * @param withheld whether there is none because rollouts spread too widely
 * @param share fraction of the limit there, by processor time; null for tasks without a limit
 * @param gain by which the best of the larger numbers is faster, 0.01 for 1 %; null if there is
 *     none
 * @param sentence the same in words
 */
public record Knee(
    int threads,
    int envs,
    boolean reached,
    boolean withheld,
    @OrNull Double share,
    @OrNull Double gain,
    String sentence) {
  /** A gain not worth more environments: that by which windows of measurement differ. */
  public static final double LITTLE = 0.05;

  /**
   * What is known of one number of environments and threads.
   *
   * @param envs environments
   * @param threads threads
   * @param stepsPerSecond env steps per second of rollouts
   * @param limit env steps per second of the limit, null for none
   * @param share fraction of the limit by processor time, null for none
   * @param spread of the rollouts' rates over windows, null if it was not measured
   */
  public record Rate(
      int envs, int threads, double stepsPerSecond, Double limit, Double share, Double spread) {}

  /**
   * The knees of a profile.
   *
   * @param rates in any order
   * @return one for each number of threads, in ascending order
   */
  public static List<Knee> of(List<Rate> rates) {
    var threadCounts = new TreeSet<Integer>();
    rates.forEach(rate -> threadCounts.add(rate.threads()));
    List<Knee> knees = new ArrayList<>();
    for (int threads : threadCounts) {
      knees.add(
          ofOneThreadCount(
              rates.stream()
                  .filter(rate -> rate.threads() == threads)
                  .sorted((a, b) -> Integer.compare(a.envs(), b.envs()))
                  .toList()));
    }
    return knees;
  }

  public static List<Knee> ofRows(List<ProfileRow> rows) {
    return of(
        rows.stream()
            .map(
                row ->
                    new Rate(
                        row.envs(),
                        row.threads(),
                        row.rolloutStepsPerSecond(),
                        row.physicsStepsPerSecond(),
                        row.rolloutShare(),
                        row.rolloutSpread()))
            .toList());
  }

  private static Knee ofOneThreadCount(List<Rate> ascending) {
    List<Rate> doubtful =
        ascending.stream().filter(rate -> Warnings.isWide(rate.spread())).toList();
    if (!doubtful.isEmpty()) {
      return withheld(ascending.getLast(), doubtful);
    }
    for (Rate rate : ascending) {
      double best =
          ascending.stream()
              .filter(other -> other.envs() > rate.envs())
              .mapToDouble(Rate::stepsPerSecond)
              .max()
              .orElse(Double.NaN);
      double gain = best / rate.stepsPerSecond() - 1;
      if (gain <= LITTLE) {
        String more =
            Figures.wholePercent(gain).equals("0 %") || gain < 0
                ? "nothing"
                : Figures.wholePercent(gain);
        return knee(rate, true, gain, "", "more gains " + more);
      }
    }
    return last(ascending);
  }

  private static Knee withheld(Rate last, List<Rate> doubtful) {
    Rate first = doubtful.getFirst();
    String others = doubtful.size() == 1 ? "" : " and %d more".formatted(doubtful.size() - 1);
    String sentence =
        "withheld, because rollouts of %d x %d%s spread by more than 10 %%"
            .formatted(first.envs(), first.threads(), others);
    return new Knee(last.threads(), last.envs(), false, true, null, null, sentence);
  }

  /** No larger number was measured: what is left to gain is what the limit leaves. */
  private static Knee last(List<Rate> ascending) {
    Rate rate = ascending.getLast();
    String which = ascending.size() == 1 ? ", the only one measured," : ", the most measured,";
    if (rate.limit() != null) {
      double room = rate.limit() / rate.stepsPerSecond() - 1;
      if (room <= LITTLE) {
        String most =
            "more could gain %s at most".formatted(Figures.wholePercent(Math.max(0, room)));
        return knee(rate, true, null, which, most);
      }
    }
    return knee(rate, false, null, which, "the knee may lie higher");
  }

  private static Knee knee(Rate rate, boolean reached, Double gain, String which, String rest) {
    String goal =
        rate.share() == null
            ? String.format(Locale.ROOT, "%.0fk env steps/s", rate.stepsPerSecond() * 1e-3)
            : Figures.wholePercent(rate.share()) + " of the limit";
    String sentence =
        "%s%s %s %s; %s"
            .formatted(
                Figures.plural(rate.envs(), "env"),
                which,
                rate.envs() == 1 ? "reaches" : "reach",
                goal,
                rest);
    return new Knee(rate.threads(), rate.envs(), reached, false, rate.share(), gain, sentence);
  }

  /** What the sentence is about: for example {@code knee on 2 threads}. */
  public String name() {
    return "knee on " + Figures.plural(threads, "thread");
  }
}
