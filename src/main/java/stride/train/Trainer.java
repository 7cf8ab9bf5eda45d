package stride.train;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import stride.files.DamagedFileException;
import stride.files.FileException;
import stride.files.JsonText;
import stride.learn.Learner;
import stride.memory.Slab;

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
  private long savedIteration = -1;
  private long savedNanos; // when that was; at first, when the sitting began
  private double bestReturn = Double.NaN;
  private long bestIteration = -1;
  private RunProvenance provenance; // of this sitting
  private String forced; // why it should not go on; null where nothing is against it

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
    provenance = new RunProvenance(folder.path(), plan.code());
    provenance.write();
    save();
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
    provenance = new RunProvenance(folder.path(), plan.code());
    List<Path> candidates = folder.checkpoints().all();
    if (candidates.isEmpty()) {
      throw new TrainException(folder.path() + " has no checkpoint to go on from");
    }
    restoreNewestOf(candidates, force);
    if (iteration >= iterations) {
      return RunFolder.readResult(folder.path()).orElseGet(this::finishedEarlier);
    }
    if (forced != null) {
      listener.note("warning: " + forced);
      provenance.writeForced(iteration, forced);
      save(); // the same state, of what is here from now on
    }
    return run(() -> EventLog.resume(folder.path(), envSteps()));
  }

  /** Goes back to an older checkpoint only where the newer is damaged, and says so. */
  private void restoreNewestOf(List<Path> candidates, boolean force) {
    for (Path file : candidates) {
      try (Checkpoint checkpoint = Checkpoint.read(file)) {
        restore(file, checkpoint, force);
        folder.checkpoints().forgetAfter(iteration);
        return;
      } catch (DamagedFileException e) {
        if (file.equals(candidates.getLast())) {
          throw e;
        }
        listener.note(e.getMessage() + "; trying the checkpoint before it");
      }
    }
  }

  private void restore(Path file, Checkpoint checkpoint, boolean force) {
    CheckpointInfo info = checkpoint.info();
    info.requireOf(file, plan.task(), plan.algo(), plan.seed());
    if (info.iteration() < iterations) { // else nothing more is computed
      forced = provenance.doubt(info).orElse(null);
      if (forced != null && !force) {
        throw RunProvenance.refusal(forced);
      }
    }
    try {
      learner.restore(checkpoint.slabs());
    } catch (IllegalArgumentException e) {
      throw new TrainException(file + " does not fit the configuration: " + e.getMessage(), e);
    }
    iteration = info.iteration();
    savedIteration = iteration;
    bestReturn = info.bestReturn();
    bestIteration = info.bestIteration();
  }

  private TrainResult finishedEarlier() {
    return result(new Pace(learner.envStepsPerIteration(), 0));
  }

  // ---- the loop ----

  private TrainResult run(Supplier<EventLog> openEvents) {
    if (plan.warmUpSeconds() > 0) {
      learner.warmUp(plan.warmUpSeconds());
    }
    try (MetricsLog metrics = folder.openMetrics(iteration);
        EventLog events = openEvents.get()) {
      savedNanos = nanoTime.getAsLong();
      Pace pace = new Pace(learner.envStepsPerIteration(), savedNanos);
      while (iteration < iterations && !stop.get()) {
        step(pace, metrics, events);
      }
      if (savedIteration < iteration) {
        metrics.sync();
        save();
      }
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
      throw stopped(iteration + 1, e);
    }
    iteration++;
    if (sampled) {
      learner.clocks().forEach(clock -> clock.switchTo(false));
      pace.sample(learner.last(), learner.clocks());
    }
    final long now = nanoTime.getAsLong();
    TrainProgress progress = progress(pace.iteration(now, learner.last()));
    metrics.add(progress);
    events.add(progress.envSteps(), scalars(progress));
    if (iteration == iterations || isCheckpointDue(now)) {
      judge();
      metrics.sync();
      save();
      savedNanos = now;
    }
    long left = iterations - iteration;
    listener.iteration(progress, new Remaining(left, left * pace.meanSeconds()));
  }

  /** A number that is none, a device that is lost: the run goes on from where it was saved. */
  private TrainException stopped(long during, RuntimeException cause) {
    String message = cause.getMessage();
    String words =
        message == null || message.isBlank() ? cause.getClass().getSimpleName() : message;
    return new TrainException(
        "%s %d: %s; the last good state is %s"
            .formatted(STOPPED, during, words, folder.checkpoints().newest()),
        cause);
  }

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

  // ---- checkpoints ----

  private boolean isCheckpointDue(long now) {
    return plan.checkpoints().isDue(iteration, learner.envStepsPerIteration(), now - savedNanos);
  }

  /** Only at the plan's checkpoints, so that a sitting's end leaves no trace in later ones. */
  private void judge() {
    double mean = learner.episodes().returnMean();
    if (mean > bestReturn || (Double.isNaN(bestReturn) && !Double.isNaN(mean))) {
      bestReturn = mean;
      bestIteration = iteration;
    }
  }

  private void save() {
    CheckpointInfo info =
        new CheckpointInfo(
            plan.algo(),
            plan.task(),
            plan.seed(),
            iteration,
            envSteps(),
            bestReturn,
            bestIteration,
            provenance.configurationDigest(),
            provenance.codeDigest());
    folder.checkpoints().save(info, state());
    savedIteration = iteration;
  }

  private SequencedMap<String, Slab> state() {
    try {
      return learner.state();
    } catch (RuntimeException e) {
      if (savedIteration < 0) {
        throw e; // there is nothing to go on from
      }
      throw stopped(iteration, e);
    }
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
