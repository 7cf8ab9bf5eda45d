package stride.lab.sweep;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import stride.lab.trials.TrialResult;

/** Decides what is trained for how long, by what was reached and by what the budget allows. */
final class Search {
  /** What trains. */
  @FunctionalInterface
  interface Evaluator {
    /**
     * Trains over all seeds.
     *
     * @param rung which
     * @param configurations to train
     * @return one result a seed, for each of them
     */
    List<List<TrialResult>> evaluate(int rung, List<Configuration> configurations);
  }

  private final Rungs rungs;
  private final Budget budget;
  private final int seeds;
  private final int atOnce;
  private final Journal journal;
  private final Evaluator evaluator;
  private double done; // trainings of the full length

  /**
   * A search that has yet to begin.
   *
   * @param rungs how long trainings are
   * @param budget of all of them
   * @param seeds of each configuration
   * @param atOnce how many configurations keep the machine busy: between them, the clock is read
   * @param journal of decisions
   * @param evaluator trains
   */
  Search(Rungs rungs, Budget budget, int seeds, int atOnce, Journal journal, Evaluator evaluator) {
    this.rungs = rungs;
    this.budget = budget;
    this.seeds = seeds;
    this.atOnce = atOnce;
    this.journal = journal;
    this.evaluator = evaluator;
  }

  /** How many configurations a budget of runs is enough for; no more than some. */
  static int affordable(Rungs rungs, Budget budget, int seeds, int most) {
    return IntStream.rangeClosed(1, most)
        .filter(first -> !budget.allows(seeds * rungs.cost(first), 0, 0))
        .map(first -> first - 1)
        .findFirst()
        .orElse(most);
  }

  /** Trains; the first of the pool is the base. Returns a rung's results after another's. */
  List<Rung> run(List<Configuration> pool) {
    List<Rung> ladder = new ArrayList<>();
    ladder.add(first(pool));
    for (int rung = 1; rung < rungs.count(); rung++) {
      ladder.add(next(ladder, rung));
    }
    return ladder;
  }

  private Rung first(List<Configuration> pool) {
    var rung = new Rung(0, List.of());
    while (rung.entries().size() < pool.size()) {
      int begun = rung.entries().size();
      int more = journal.decide(() -> more(begun, pool.size() - begun));
      if (more == 0) {
        break;
      }
      rung = rung.with(evaluate(0, pool.subList(begun, begun + more)));
    }
    return rung;
  }

  /** How many more may begin on the first rung, so that there is enough left for the others. */
  private int more(int begun, int left) {
    int most = budget.isTimed() ? Math.min(atOnce, left) : left;
    for (int more = most; more > 0; more--) {
      if (budget.allows(seeds * rungs.cost(begun + more) - done, done, journal.seconds())) {
        return more;
      }
    }
    return 0;
  }

  private Rung next(List<Rung> ladder, int rung) {
    int first = ladder.getFirst().entries().size();
    int entitled = Math.min(rungs.kept(first, rung), ladder.getLast().entries().size());
    int most = journal.decide(() -> affordable(first, rung, entitled));
    return new Rung(rung, evaluate(rung, ladder.getLast().promoted(most)));
  }

  /** Fewer than are entitled to it where the clock says so, but never none. */
  private int affordable(int first, int rung, int entitled) {
    for (int most = entitled; most > 1; most--) {
      double cost = seeds * rungs.cost(first, rung, most);
      if (budget.allows(cost, done, journal.seconds())) {
        return most;
      }
    }
    return 1;
  }

  private List<Rung.Entry> evaluate(int rung, List<Configuration> configurations) {
    List<List<TrialResult>> results = evaluator.evaluate(rung, configurations);
    done += configurations.size() * seeds * rungs.share(rung);
    return IntStream.range(0, configurations.size())
        .mapToObj(k -> new Rung.Entry(configurations.get(k), results.get(k)))
        .toList();
  }
}
