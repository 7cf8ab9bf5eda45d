package stride.train;

import java.lang.foreign.Arena;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import stride.env.EpisodeStatistics;
import stride.learn.Collector;
import stride.learn.Journal;
import stride.learn.Knob;
import stride.learn.Learner;
import stride.learn.NotFiniteException;
import stride.learn.Splits;
import stride.learn.StageClock;
import stride.learn.StageSplit;
import stride.memory.ByteSlab;
import stride.memory.DoubleSlab;
import stride.memory.FloatSlab;
import stride.memory.IntSlab;
import stride.memory.LongSlab;
import stride.memory.Slab;
import stride.options.Range;

/**
 * A deterministic learner without a task: every iteration mixes its state, and the return of its
 * one episode rises and falls again. Notes what it is asked to do.
 */
final class FakeLearner implements Learner {
  static final int ENV_STEPS = 256;
  static final int PARAMETERS = 1000;

  private final Arena arena = Arena.ofConfined();
  private final FloatSlab parameters = FloatSlab.allocate(arena, 10, 100);
  private final DoubleSlab moments = DoubleSlab.allocate(arena, PARAMETERS);
  private final LongSlab counter = LongSlab.allocate(arena);
  private final IntSlab elapsed = IntSlab.allocate(arena, 3);
  private final ByteSlab flags = ByteSlab.allocate(arena, 3);
  private final DoubleSlab knobs = DoubleSlab.allocate(arena, 2); // rate, share
  private final DoubleSlab window = DoubleSlab.allocate(arena, EpisodeStatistics.stateSize());
  private final EpisodeStatistics statistics = new EpisodeStatistics();
  private final FakeClock clock;
  private final FakeJournal journal; // null for none

  final StringBuilder calls = new StringBuilder();
  long failAt = Long.MAX_VALUE;
  boolean withoutEpisodes;
  boolean withKnobs;
  long seedingSteps;
  long more; // ns that every iteration takes beside its stages

  FakeLearner(FakeClock clock) {
    this(clock, null);
  }

  /** One that also learns from rows that it has written; closes them. */
  FakeLearner(FakeClock clock, FakeJournal journal) {
    this.clock = clock;
    this.journal = journal;
  }

  @Override
  public long envStepsPerIteration() {
    return ENV_STEPS;
  }

  @Override
  public long seedingSteps() {
    return seedingSteps;
  }

  @Override
  public void warmUp(double seconds) {
    calls.append('w');
    clock.advance(50_000_000);
  }

  @Override
  public void iterate(double progress) {
    collect(progress);
    learn();
  }

  private void collect(double progress) {
    calls.append('c');
    clock.advance(700_000);
    long iteration = counter.get(0);
    moments.set(0, moments.get(0) + progress + knobs.get(0) + knobs.get(1));
    if (journal != null) {
      journal.add(moments.get(1));
      moments.set(1, moments.get(1) + journal.sum());
    }
    elapsed.set(1, (int) iteration);
    flags.set(2, (byte) (255 - iteration));
    if (!withoutEpisodes) {
      addEpisode(100 - Math.abs(iteration - 12.0), (int) (10 + iteration));
    }
  }

  /** The real way to an episode is closed to other packages, that of a saved window is not. */
  private void addEpisode(double episodeReturn, int length) {
    statistics.saveState(window, 0);
    long episodes = (long) window.get(0);
    long place = episodes % EpisodeStatistics.WINDOW;
    window.set(0, (double) (episodes + 1));
    window.set(1 + place, episodeReturn);
    window.set(1 + EpisodeStatistics.WINDOW + place, (double) length);
    statistics.restoreState(window, 0);
  }

  private void learn() {
    calls.append('l');
    clock.advance(200_000);
    long iteration = counter.get(0) + 1;
    if (iteration == failAt) {
      parameters.set(0, Float.NaN);
      throw new NotFiniteException("losses/value_loss is NaN");
    }
    for (int k = 0; k < PARAMETERS; k++) {
      moments.set(k, Math.sin(moments.get(k) + k + iteration));
      parameters.set(k, parameters.get(k) + 0.01f * (float) moments.get(k));
    }
    counter.set(0, iteration);
    clock.advance(30_000 + more); // what nobody claims
  }

  @Override
  public StageSplit last() {
    return Splits.of(700_000, 50_000, 150_000);
  }

  @Override
  public Collector collector() {
    throw new UnsupportedOperationException("there are no environments");
  }

  @Override
  public Iterable<StageClock> clocks() {
    return List.of();
  }

  @Override
  public SequencedMap<String, Double> diagnostics() {
    SequencedMap<String, Double> diagnostics = new LinkedHashMap<>();
    diagnostics.put("losses/policy_loss", (double) parameters.get(1));
    diagnostics.put("losses/explained_variance", Double.NaN);
    return diagnostics;
  }

  @Override
  public EpisodeStatistics episodes() {
    return statistics;
  }

  @Override
  public long divergences() {
    return 0;
  }

  @Override
  public SequencedMap<String, Slab> state() {
    statistics.saveState(window, 0);
    SequencedMap<String, Slab> state = new LinkedHashMap<>();
    state.put("policy.weight", parameters);
    state.put("adam \"m\" µ", moments);
    state.put("iteration", counter);
    state.put("elapsed", elapsed);
    state.put("flags", flags);
    state.put("episodes", window);
    if (withKnobs) {
      state.put("knobs", knobs);
    }
    return state;
  }

  @Override
  public void restore(Map<String, Slab> from) {
    SequencedMap<String, Slab> mine = state();
    if (!mine.keySet().equals(from.keySet())) {
      throw new IllegalArgumentException("slabs=" + from.keySet());
    }
    mine.forEach((name, slab) -> slab.copyFrom(from.get(name)));
    statistics.restoreState(window, 0);
    if (journal != null) {
      journal.goTo(counter.get(0));
    }
  }

  @Override
  public List<Knob> knobs() {
    return withKnobs
        ? List.of(knob("rate", 0, Range.POSITIVE), knob("share", 1, Range.UNIT_INTERVAL))
        : List.of();
  }

  private Knob knob(String name, int place, Range range) {
    return new Knob(name, range, () -> knobs.get(place), value -> knobs.set(place, value));
  }

  @Override
  public Optional<Journal> journal() {
    return Optional.ofNullable(journal);
  }

  @Override
  public void close() {
    if (arena.scope().isAlive()) {
      arena.close();
    }
    if (journal != null) {
      journal.close();
    }
  }
}
