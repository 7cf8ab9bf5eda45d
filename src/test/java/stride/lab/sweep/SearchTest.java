package stride.lab.sweep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import stride.lab.LabException;
import stride.lab.trials.TrialResult;

/** Rungs, budgets and ranking, with trainings that take no time but what the test's clock says. */
class SearchTest {
  private static final int SEEDS = 2;
  private static final Rungs HALVING = Rungs.halving(9000, 3);
  private static final Rungs RANDOM = Rungs.random(9000);

  private final List<List<Integer>> trained = new ArrayList<>(); // numbers, call by call
  private final List<Integer> onRungs = new ArrayList<>();
  private final List<Integer> decisions = new ArrayList<>();
  private double clock;
  private double secondsOfARun;
  private ToDoubleFunction<Configuration> reach = Configuration::number;

  private List<List<TrialResult>> evaluate(int rung, List<Configuration> configurations) {
    trained.add(configurations.stream().map(Configuration::number).toList());
    onRungs.add(rung);
    clock += secondsOfARun * HALVING.share(rung) * SEEDS * configurations.size();
    return configurations.stream()
        .map(its -> Fakes.results(reach.applyAsDouble(its), reach.applyAsDouble(its) + 1))
        .toList();
  }

  private List<Rung> run(Rungs rungs, Budget budget, int pool, int atOnce, List<Integer> before) {
    var journal =
        new Journal(
            before,
            0,
            () -> clock,
            (all, seconds) -> {
              decisions.clear();
              decisions.addAll(all);
            });
    return new Search(rungs, budget, SEEDS, atOnce, journal, this::evaluate).run(Fakes.pool(pool));
  }

  private static Budget runs(double runs) {
    return new Budget(runs, null);
  }

  private static List<Integer> numbers(Rung rung) {
    return rung.entries().stream().map(its -> its.configuration().number()).toList();
  }

  // ---- random -------------------------------------------------------------------------------

  @Test
  void randomSearchTrainsAllAtOnce() {
    List<Rung> ladder = run(RANDOM, runs(11), 5, 1, List.of());
    assertThat(trained).containsExactly(List.of(1, 2, 3, 4, 5));
    assertThat(ladder).hasSize(1);
    assertThat(ladder.getFirst().ranked())
        .extracting(its -> its.entry().configuration().number())
        .containsExactly(5, 4, 3, 2, 1);
  }

  @ParameterizedTest
  @CsvSource({"1.9, 0", "2, 1", "11, 5", "12, 6", "1000, 50"})
  void aBudgetOfRunsIsNeverExceeded(double runs, int configurations) {
    assertThat(Search.affordable(RANDOM, runs(runs), SEEDS, 50)).isEqualTo(configurations);
  }

  // ---- successive halving -------------------------------------------------------------------

  @Test
  void rungsAreParts() {
    assertThat(List.of(HALVING.envSteps(0), HALVING.envSteps(1), HALVING.envSteps(2)))
        .containsExactly(1000L, 3000L, 9000L);
    assertThat(HALVING.share(0)).isEqualTo(1 / 9.0);
    assertThat(List.of(HALVING.kept(27, 0), HALVING.kept(27, 1), HALVING.kept(27, 2)))
        .containsExactly(27, 9, 3);
    assertThat(List.of(HALVING.kept(8, 1), HALVING.kept(8, 2))).containsExactly(2, 1);
    assertThat(Rungs.halving(9000, 2).kept(8, 2)).isEqualTo(2);
  }

  @Test
  void theBestThirdGoesOnAndTheBaseWithIt() {
    List<Rung> ladder = run(HALVING, runs(100), 18, 1, List.of());
    assertThat(onRungs).containsExactly(0, 1, 2);
    assertThat(numbers(ladder.get(0))).hasSize(18);
    assertThat(numbers(ladder.get(1))).containsExactly(18, 17, 16, 15, 14, 13, 1);
    assertThat(numbers(ladder.get(2))).containsExactly(18, 17, 1);
  }

  @Test
  void aBaseThatGoesOnByItsOwnMeritTakesAPlace() {
    reach = its -> -its.number();
    List<Rung> ladder = run(HALVING, runs(100), 18, 1, List.of());
    assertThat(numbers(ladder.get(1))).containsExactly(1, 2, 3, 4, 5, 6);
    assertThat(numbers(ladder.get(2))).containsExactly(1, 2);
  }

  @ParameterizedTest
  @ValueSource(doubles = {6, 7.5, 20, 60})
  void halvingKeepsToItsRuns(double budget) {
    int most = Search.affordable(HALVING, runs(budget), SEEDS, 1000);
    List<Rung> ladder = run(HALVING, runs(budget), most, 1, List.of());
    double spent = 0;
    for (Rung rung : ladder) {
      spent += SEEDS * rung.entries().size() * HALVING.share(rung.index());
    }
    assertThat(numbers(ladder.getFirst())).hasSize(most);
    assertThat(spent).isLessThanOrEqualTo(budget + 1e-9);
    assertThat(SEEDS * HALVING.cost(most + 1)).as("one more").isGreaterThan(budget);
  }

  @Test
  void eachRungCostsAboutTheSame() {
    // 27 ninths; 9 and the base, a third each; 3 and the base
    assertThat(HALVING.cost(27)).isCloseTo(3 + 10 / 3.0 + 4, within(1e-12));
  }

  // ---- minutes ------------------------------------------------------------------------------

  @Test
  void aBudgetOfMinutesIsSpentByTheClock() {
    secondsOfARun = 90; // a configuration of two seeds: 20 s on the first rung, 60, then 180
    List<Rung> ladder = run(HALVING, new Budget(null, 30.0), 1000, 2, List.of());
    assertThat(clock).isLessThanOrEqualTo(1800).isGreaterThan(1500);
    assertThat(trained.getFirst()).hasSize(2);
    int first = numbers(ladder.getFirst()).size();
    assertThat(numbers(ladder.get(1))).hasSize(HALVING.kept(first, 1) + 1);
    assertThat(numbers(ladder.get(2))).hasSize(HALVING.kept(first, 2) + 1);
    assertThat(decisions).contains(0).hasSize(trained.size() + 1);
  }

  @Test
  void whateverTheClockSaysTheBestIsTrainedInFull() {
    secondsOfARun = 9000;
    List<Rung> ladder = run(HALVING, new Budget(null, 1.0), 1000, 6, List.of());
    assertThat(numbers(ladder.get(0))).hasSize(6);
    assertThat(numbers(ladder.get(1))).containsExactly(6, 1);
    assertThat(numbers(ladder.get(2))).containsExactly(6, 1);
  }

  @Test
  void anotherSittingDecidesAlikeThoughItsClockDiffers() {
    secondsOfARun = 90;
    run(HALVING, new Budget(null, 30.0), 1000, 2, List.of());
    List<List<Integer>> before = List.copyOf(trained);
    List<Integer> decided = List.copyOf(decisions);
    trained.clear();
    secondsOfARun = 0; // all is found finished
    clock = 1790;
    run(HALVING, new Budget(null, 30.0), 1000, 2, decided);
    assertThat(trained).isEqualTo(before);
    trained.clear();
    run(HALVING, new Budget(null, 30.0), 1000, 2, decided.subList(0, 3)); // stopped in its midst
    assertThat(trained.subList(0, 3)).isEqualTo(before.subList(0, 3));
  }

  @Test
  void theJournalAddsUpSittings() {
    List<Double> saved = new ArrayList<>();
    var journal = new Journal(List.of(4), 100, () -> 7, (all, seconds) -> saved.add(seconds));
    assertThat(journal.decide(() -> 9)).isEqualTo(4);
    assertThat(saved).isEmpty();
    assertThat(journal.decide(() -> 9)).isEqualTo(9);
    assertThat(saved).containsExactly(107.0);
    assertThat(journal.decisions()).containsExactly(4, 9);
  }

  // ---- ranking ------------------------------------------------------------------------------

  private static Rung rung(double[]... returns) {
    List<Configuration> pool = Fakes.pool(returns.length);
    List<Rung.Entry> entries = new ArrayList<>();
    for (int k = 0; k < returns.length; k++) {
      entries.add(new Rung.Entry(pool.get(k), Fakes.results(returns[k])));
    }
    return new Rung(0, entries);
  }

  @Test
  void aSeedThatFailedCountsAsTheWorstReturnKnown() {
    Rung rung =
        rung(new double[] {100, 100}, new double[] {400, Double.NaN}, new double[] {211, 212});
    // 20 is what the trainings began with
    assertThat(rung.ranked())
        .extracting(Rung.Scored::returns)
        .containsExactly(List.of(211.0, 212.0), List.of(400.0, 20.0), List.of(100.0, 100.0));
  }

  @Test
  void ofEqualOnesTheBaseIsBest() {
    assertThat(rung(new double[] {500}, new double[] {500}, new double[] {500}).promoted(1))
        .extracting(Configuration::name)
        .containsExactly("base");
  }

  @Test
  void nothingToRankIsAFailureThatSaysWhy() {
    var broken =
        new Rung.Entry(Fakes.pool(1).getFirst(), List.of(Fakes.result(3, Double.NaN, null, "")));
    assertThatExceptionOfType(LabException.class)
        .isThrownBy(() -> new Rung(0, List.of(broken)).ranked())
        .withMessage("no seed of any configuration has a return: seed 3: it diverged");
  }
}
