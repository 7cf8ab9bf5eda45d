package stride.randomsearch;

import java.lang.foreign.Arena;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import stride.collect.Rollout;
import stride.collect.RolloutLearner;
import stride.env.FinishedEpisodes;
import stride.learn.Knob;
import stride.learn.SavedState;
import stride.learn.Stage;
import stride.learn.StageSplit;
import stride.memory.DoubleSlab;
import stride.memory.FloatSlab;
import stride.memory.Slab;
import stride.options.Range;
import stride.parallel.Team;
import stride.random.Purpose;
import stride.random.RandomStream;

/** Keeps the best parameters so far, and tries others near them. */
final class RandomSearchLearner extends RolloutLearner {
  private final Arena arena = Arena.ofShared();
  private final RandomStream random;
  private final FloatSlab best; // [P]
  private final FloatSlab tried; // [P]
  private final DoubleSlab search; // [3]: mean return of the best, iterations, sigma

  RandomSearchLearner(Rollout rollout, Team team, long parameters, double sigma) {
    super(rollout, team);
    this.random = new RandomStream(rollout.config().seed(), Purpose.SEARCH);
    this.best = FloatSlab.allocate(arena, parameters);
    this.tried = FloatSlab.allocate(arena, parameters);
    this.search = DoubleSlab.allocate(arena, 3);
    search.set(2, sigma);
  }

  @Override
  public void warmUp(double seconds) {
    // what is compiled while it runs is little
  }

  @Override
  protected FloatSlab acting() {
    return tried;
  }

  @Override
  protected void learn(double progress, StageSplit laps) {
    double mean = returnMean();
    if (mean > search.get(0)) {
      search.set(0, mean);
      best.copyFrom(tried);
    }
    search.set(1, search.get(1) + 1);
    for (long k = 0; k < tried.length(); k++) {
      random.seek((int) k, (long) search.get(1));
      tried.set(k, (float) (best.get(k) + search.get(2) * random.nextGaussian()));
    }
    laps.lap(Stage.UPDATE);
  }

  /** Of the episodes that ended; NaN if none has. */
  private double returnMean() {
    double sum = 0;
    int ended = 0;
    for (FinishedEpisodes each : finished()) {
      for (int k = 0; k < each.size(); k++) {
        sum += each.episodeReturn(k);
      }
      ended += each.size();
    }
    return sum / ended;
  }

  @Override
  public SequencedMap<String, Double> diagnostics() {
    SequencedMap<String, Double> diagnostics = new LinkedHashMap<>();
    diagnostics.put("search/best_return", search.get(0));
    return diagnostics;
  }

  @Override
  public List<Knob> knobs() {
    return List.of(
        new Knob("sigma", Range.POSITIVE, () -> search.get(2), sigma -> search.set(2, sigma)));
  }

  @Override
  protected SequencedMap<String, Slab> learnt() {
    SequencedMap<String, Slab> learnt = new LinkedHashMap<>();
    learnt.put("parameters", best);
    learnt.put("tried", tried);
    learnt.put("search", search);
    return learnt;
  }

  @Override
  protected void restoreLearnt(Map<String, Slab> state) {
    SavedState.copy(learnt(), state);
  }

  @Override
  public void close() {
    super.close();
    if (arena.scope().isAlive()) {
      arena.close();
    }
  }
}
