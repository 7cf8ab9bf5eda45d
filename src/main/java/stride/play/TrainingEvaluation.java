package stride.play;

import java.lang.foreign.Arena;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.SequencedMap;
import stride.env.Task;
import stride.learn.NotFiniteException;
import stride.memory.DoubleSlab;
import stride.memory.FloatSlab;
import stride.memory.Shape;
import stride.memory.Slab;
import stride.options.Range;
import stride.options.Require;
import stride.random.Purpose;
import stride.random.RandomStream;

/**
 * Plays episodes without exploration while a learner is at work, every so many episodes of
 * training, and keeps the best parameters so far: a policy may get worse again.
 *
 * <p>An evaluation has environments of its own, whose seed is a function of the run's seed and of
 * the evaluation's number, so that nothing of the training changes by it and a resumed run plays
 * the same episodes. It allocates; training between two evaluations does not. One thread; the owner
 * closes it, which is idempotent.
 *
 * <pre>
 *   evaluation:  | mean return of the last | of the best | evaluations | episodes at the next |
 * </pre>
 */
public final class TrainingEvaluation implements AutoCloseable {
  private static final String EVALUATION = "evaluation";
  private static final String BEST_PARAMETERS = "best_parameters";

  private static final int LAST = 0;
  private static final int BEST = 1;
  private static final int COUNT = 2;
  private static final int NEXT = 3;
  private static final int SIZE = 4;

  private final Arena arena = Arena.ofShared();
  private final Task task;
  private final long every;
  private final int episodes;
  private final RandomStream seeds;
  private final DoubleSlab evaluation; // [4]
  private final FloatSlab bestParameters; // [P]; null if nothing is ever played

  /**
   * No evaluation yet.
   *
   * @param task what is learnt
   * @param every episodes of training from one evaluation to the next; 0 for never
   * @param episodes how many an evaluation plays
   * @param parameters the shape of what is learnt: P elements in all
   * @param seed of the run
   * @throws IllegalArgumentException naming the option and its range
   */
  public TrainingEvaluation(Task task, long every, int episodes, Shape parameters, long seed) {
    check(every, episodes);
    this.task = task;
    this.every = every;
    this.episodes = episodes;
    this.seeds = new RandomStream(seed, Purpose.EVALUATION);
    this.evaluation = DoubleSlab.allocate(arena, SIZE);
    this.bestParameters = every > 0 ? FloatSlab.allocate(arena, parameters.dims()) : null;
    evaluation.set(NEXT, (double) every);
  }

  /**
   * Checks the options.
   *
   * @param every {@code eval_every}
   * @param episodes {@code eval_episodes}
   * @throws IllegalArgumentException naming the option and its range
   */
  public static void check(long every, int episodes) {
    Require.require("eval_every", every, Range.NOT_NEGATIVE);
    Require.require("eval_episodes", episodes, Range.AT_LEAST_ONE);
  }

  /** Whether there ever is an evaluation. */
  public boolean on() {
    return every > 0;
  }

  /**
   * Whether it is time to play.
   *
   * @param ended episodes of training that have ended so far
   */
  public boolean due(long ended) {
    return on() && ended >= evaluation.get(NEXT);
  }

  /**
   * Plays the episodes of an evaluation that is due.
   *
   * @param ended episodes of training that have ended so far
   * @param policy as it is now
   * @param parameters that it acts by: [P], copied if they are the best so far
   * @throws NotFiniteException if the simulation breaks nearly all episodes
   */
  public void play(long ended, Policy policy, FloatSlab parameters) {
    try (var played = new Evaluation(task, policy, episodes, true, seed())) {
      keep(played.run().returnMean(), parameters);
    }
    // not one for each that was missed: they would all play the same policy
    evaluation.set(NEXT, (double) ((ended / every + 1) * every));
  }

  private long seed() {
    seeds.seek(0, (long) evaluation.get(COUNT));
    return (long) seeds.nextInt() << 32 | Integer.toUnsignedLong(seeds.nextInt());
  }

  /** The earlier of equals stays the best. */
  private void keep(double mean, FloatSlab parameters) {
    if (evaluation.get(COUNT) == 0 || mean > evaluation.get(BEST)) {
      evaluation.set(BEST, mean);
      bestParameters.copyFrom(parameters);
    }
    evaluation.set(LAST, mean);
    evaluation.set(COUNT, evaluation.get(COUNT) + 1);
  }

  /** The mean return of the last evaluation; NaN if there is none. */
  public double last() {
    return get(LAST);
  }

  /** The mean return of the best evaluation; NaN if there is none. */
  public double best() {
    return get(BEST);
  }

  private double get(int place) {
    return evaluation.get(COUNT) == 0 ? Double.NaN : evaluation.get(place);
  }

  /** What a learner adds to its diagnostics: nothing unless there are evaluations. */
  public SequencedMap<String, Double> diagnostics() {
    SequencedMap<String, Double> diagnostics = new LinkedHashMap<>();
    if (on()) {
      diagnostics.put("charts/eval_return", last());
      diagnostics.put("charts/eval_return_best", best());
    }
    return diagnostics;
  }

  /**
   * What a learner adds to its state, nothing unless there are evaluations. The slabs are live: who
   * writes a saved state over them goes on from it.
   */
  public SequencedMap<String, Slab> state() {
    SequencedMap<String, Slab> state = new LinkedHashMap<>();
    if (on()) {
      state.put(EVALUATION, evaluation);
      state.put(BEST_PARAMETERS, bestParameters);
    }
    return state;
  }

  /**
   * The mean return of the best evaluation in a learner's state.
   *
   * @return empty if it does not evaluate, or has not yet
   */
  public static OptionalDouble best(Map<String, Slab> state) {
    return state.get(EVALUATION) instanceof DoubleSlab saved
            && saved.length() == SIZE
            && saved.get(COUNT) > 0
            && state.containsKey(BEST_PARAMETERS)
        ? OptionalDouble.of(saved.get(BEST))
        : OptionalDouble.empty();
  }

  /** The best parameters in a learner's state; null if it keeps none. */
  public static Slab bestParameters(Map<String, Slab> state) {
    return state.get(BEST_PARAMETERS);
  }

  @Override
  public void close() {
    if (arena.scope().isAlive()) {
      arena.close();
    }
  }
}
