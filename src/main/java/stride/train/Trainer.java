package stride.train;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.LinkedHashMap;
import java.util.SequencedMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import stride.files.FileException;
import stride.files.JsonText;
import stride.learn.Learner;

/**
 * The loop of a run: iterate, log, and every so often a checkpoint.
 *
 * <p>Of one sitting, on one thread; who made the learner and the folder closes them. Whatever ends
 * a sitting, the run goes on from its last checkpoint with the same bits as if it had never ended.
 */
public final class Trainer {
  /** How the message begins of what ends a training and is no fault of files or the machine. */
  public static final String STOPPED = "stopped in iteration";

  private final TrainPlan plan;
  private final Learner learner;
  private final RunFolder folder;
  private final TrainListener listener;
  private final AtomicBoolean stop;
  private final LongSupplier nanoTime;
  private final long iterations;

  private long iteration; // done
  private double elapsedSeconds; // of all iterations done, in all sittings
  private long savedNanos; // when a planned checkpoint was; at first, when the sitting began
  private SavedStates states;

  /**
   * A sitting that has not begun.
   *
   * @param plan what to do
   * @param learner in its first state; driven here, closed by its owner
   * @param folder written here, closed by its owner
   * @param listener told of every iteration
   * @param stop set by anyone to end the sitting after the iteration at work
   */
  public Trainer(
      TrainPlan plan,
      Learner learner,
      RunFolder folder,
      TrainListener listener,
      AtomicBoolean stop) {
    this(plan, learner, folder, listener, stop, System::nanoTime);
  }

  Trainer(
      TrainPlan plan,
      Learner learner,
      RunFolder folder,
      TrainListener listener,
      AtomicBoolean stop,
      LongSupplier nanoTime) {
    this.plan = plan;
    this.learner = learner;
    this.folder = folder;
    this.listener = listener;
    this.stop = stop;
    this.nanoTime = nanoTime;
    this.iterations = plan.iterations(learner);
  }

  /**
   * Begins a run.
   *
   * @return what it reached: everything, unless it was asked to stop
   * @throws FileException if a file cannot be written
   * @throws TrainException if an iteration fails
   */
  public TrainResult start() {
    return start(null);
  }

  /**
   * Begins a run with parameters that the learner was given.
   *
   * @param initial what they are of; null if they are random
   * @return what it reached: everything, unless it was asked to stop
   * @throws FileException if a file cannot be written
   * @throws TrainException if an iteration fails
   */
  public TrainResult start(InitialParameters initial) {
    states = new SavedStates(plan, learner, folder, listener);
    states.begin(envSteps(), initial);
    return run(() -> EventLog.create(folder.path(), hyperparameters()));
  }

  /** All that config.json says, as text. */
  private SequencedMap<String, String> hyperparameters() {
    SequencedMap<String, String> all = new LinkedHashMap<>();
    RunFolder.readConfig(folder.path())
        .properties()
        .forEach(
            option -> {
              JsonNode value = option.getValue();
              all.put(option.getKey(), value.isValueNode() ? value.asText() : value.toString());
            });
    return all;
  }

  /**
   * Goes on with a run from its newest checkpoint; a finished one returns at once.
   *
   * @param force whether to go on with another configuration or other code than the run is of
   * @return what it reached: everything, unless it was asked to stop
   * @throws FileException if a file cannot be read or written
   * @throws TrainException if there is no checkpoint to go on from, it is of another configuration
   *     or other code and nothing is forced, or an iteration fails
   */
  public TrainResult resume(boolean force) {
    states = new SavedStates(plan, learner, folder, listener);
    iteration = states.restore(iterations, force);
    if (iteration >= iterations) {
      return RunFolder.readResult(folder.path()).orElseGet(this::finishedEarlier);
    }
    states.saveIfForced(envSteps());
    return run(() -> EventLog.resume(folder.path(), envSteps()));
  }

  private TrainResult finishedEarlier() {
    return result(new Pace(learner.envStepsPerIteration(), 0));
  }

  // ---- the loop ----

  private TrainResult run(Supplier<EventLog> openEvents) {
    if (plan.warmUpSeconds() > 0) {
      learner.warmUp(plan.warmUpSeconds());
    }
    var live = new LiveChanges(folder.path(), learner.knobs(), listener, iteration);
    try (MetricsLog metrics = folder.openMetrics(iteration);
        EventLog events = openEvents.get()) {
      elapsedSeconds = metrics.seconds();
      savedNanos = nanoTime.getAsLong();
      Pace pace = new Pace(learner.envStepsPerIteration(), savedNanos);
      while (iteration < iterations && !stop.get()) {
        live.repeat(iteration);
        if (live.isAsked()) {
          live.take(iteration, envSteps(), () -> saveUnplanned(metrics));
        }
        step(pace, metrics, events);
      }
      saveUnplanned(metrics);
      pace.end(nanoTime.getAsLong());
      TrainResult result = result(pace);
      if (result.finished()) {
        folder.writeResult(result);
      }
      return result;
    }
  }

  private void step(Pace pace, MetricsLog metrics, EventLog events) {
    boolean sampled = pace.samplesNext();
    if (sampled) {
      learner.clocks().forEach(clock -> clock.switchTo(true));
    }
    try {
      learner.iterate(iteration / (double) iterations);
    } catch (RuntimeException e) {
      throw states.stopped(iteration + 1, e);
    }
    iteration++;
    if (sampled) {
      learner.clocks().forEach(clock -> clock.switchTo(false));
      pace.sample(learner.last(), learner.clocks());
    }
    final long now = nanoTime.getAsLong();
    TrainProgress progress = progress(pace.iteration(now, learner.last()));
    elapsedSeconds += progress.seconds(); // in order, as whoever reads the lines adds them up
    metrics.add(new Line(progress, elapsedSeconds));
    events.add(progress.envSteps(), scalars(progress));
    if (iteration == iterations || isCheckpointDue(now)) {
      states.judge(iteration);
      metrics.sync();
      states.save(iteration, envSteps(), true);
      savedNanos = now;
    }
    long left = iterations - iteration;
    listener.iteration(progress, new Timing(elapsedSeconds, left, left * pace.meanSeconds()));
  }

  /**
   * A line of metrics.jsonl.
   *
   * @param progress all of it
   * @param elapsedSeconds of this iteration and all before it, in all sittings
   */
  private record Line(@JsonUnwrapped TrainProgress progress, double elapsedSeconds) {}

  private TrainProgress progress(SequencedMap<String, Double> stages) {
    final double seconds = total(stages);
    return new TrainProgress(
        TrainProgress.SCHEMA_VERSION,
        iteration,
        envSteps(),
        seconds,
        learner.envStepsPerIteration() / seconds,
        JsonText.finiteOrNull(learner.episodes().returnMean()),
        JsonText.finiteOrNull(learner.episodes().lengthMean()),
        learner.episodes().episodes(),
        learner.divergences(),
        stages,
        finiteOnly(learner.diagnostics()));
  }

  private static SequencedMap<String, Double> finiteOnly(SequencedMap<String, Double> all) {
    SequencedMap<String, Double> finite = new LinkedHashMap<>();
    all.forEach((tag, value) -> finite.put(tag, JsonText.finiteOrNull(value)));
    return finite;
  }

  /** CleanRL's tags; what is not finite leaves a gap in the curve. */
  private static SequencedMap<String, Double> scalars(TrainProgress progress) {
    SequencedMap<String, Double> scalars = new LinkedHashMap<>();
    scalars.put("charts/SPS", progress.envStepsPerSecond());
    scalars.put("charts/episodic_return", progress.returnMeanLast100());
    scalars.put("charts/episodic_length", progress.lengthMeanLast100());
    scalars.putAll(progress.diagnostics());
    scalars.values().removeIf(value -> value == null || !Double.isFinite(value));
    return scalars;
  }

  /** Where a sitting ends, or a user asks for it: no trace of it is left in later checkpoints. */
  private void saveUnplanned(MetricsLog metrics) {
    if (!states.has(iteration)) {
      metrics.sync();
      states.save(iteration, envSteps(), false);
    }
  }

  private boolean isCheckpointDue(long now) {
    return plan.checkpoints().isDue(iteration, learner.envStepsPerIteration(), now - savedNanos);
  }

  private long envSteps() {
    long seeding = iteration == 0 ? 0 : learner.seedingSteps();
    return seeding + iteration * learner.envStepsPerIteration();
  }

  private TrainResult result(Pace pace) {
    final SequencedMap<String, Double> stages = pace.stageSeconds();
    return new TrainResult(
        TrainResult.SCHEMA_VERSION,
        plan.task(),
        plan.algo(),
        plan.seed(),
        iteration >= iterations,
        iteration,
        envSteps(),
        JsonText.finiteOrNull(pace.rate()),
        JsonText.finiteOrNull(pace.steadyRate()),
        JsonText.finiteOrNull(learner.episodes().returnMean()),
        learner.episodes().episodes(),
        learner.divergences(),
        total(stages),
        stages,
        pace.stageTable());
  }

  private static double total(SequencedMap<String, Double> seconds) {
    return seconds.values().stream().mapToDouble(Double::doubleValue).sum();
  }
}
