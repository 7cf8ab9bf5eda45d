package stride.train;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import stride.files.DamagedFileException;
import stride.learn.Journal;
import stride.learn.Learner;
import stride.memory.Slab;

/** Saves the states of a run, and goes back to the newest that is sound. For one sitting. */
final class SavedStates {
  private final TrainPlan plan;
  private final Learner learner;
  private final RunFolder folder;
  private final TrainListener listener;
  private final RunProvenance provenance;
  private final Optional<Journal> journal;
  private final JournalFiles rows; // written only if there is a journal

  private long saved = -1; // iteration
  private double bestReturn = Double.NaN;
  private long bestIteration = -1;
  private String forced; // why it should not go on; null where nothing is against it

  SavedStates(TrainPlan plan, Learner learner, RunFolder folder, TrainListener listener) {
    this.plan = plan;
    this.learner = learner;
    this.folder = folder;
    this.listener = listener;
    this.provenance = new RunProvenance(folder.path(), plan.code());
    this.journal = learner.journal();
    this.rows = folder.journal();
  }

  // ---- saving ----

  /**
   * Saves the first state of a run.
   *
   * @param initial what its parameters are of; null if they are random
   */
  void begin(long envSteps, InitialParameters initial) {
    if (journal.isPresent()) {
      rows.makeFolder();
    }
    provenance.write(initial);
    save(0, envSteps, true);
  }

  boolean has(long iteration) {
    return saved >= iteration;
  }

  /** Only at the plan's checkpoints, so that a sitting's end leaves no trace in later ones. */
  void judge(long iteration) {
    double mean = learner.judgedReturn();
    if (mean > bestReturn || (Double.isNaN(bestReturn) && !Double.isNaN(mean))) {
      bestReturn = mean;
      bestIteration = iteration;
    }
  }

  /**
   * Saves the learner's state.
   *
   * @param planned whether it is one of the plan's checkpoints; others leave no trace in later ones
   */
  void save(long iteration, long envSteps, boolean planned) {
    JournalEnd end =
        journal.map(its -> rows.write(its, iteration, planned)).orElse(null); // before who needs it
    CheckpointInfo info =
        new CheckpointInfo(
            plan.algo(),
            plan.task(),
            plan.seed(),
            iteration,
            envSteps,
            bestReturn,
            bestIteration,
            provenance.configurationDigest(),
            provenance.codeDigest(),
            end);
    folder
        .checkpoints()
        .save(info, state(iteration), its -> journal.isEmpty() || rows.hasRowsOf(its));
    if (journal.isPresent()) {
      rows.deleteSuperseded();
    }
    saved = iteration;
  }

  private SequencedMap<String, Slab> state(long iteration) {
    try {
      return learner.state();
    } catch (RuntimeException e) {
      if (saved < 0) {
        throw e; // there is nothing to go on from
      }
      throw stopped(iteration, e);
    }
  }

  /** A number that is none, a device that is lost: the run goes on from where it was saved. */
  TrainException stopped(long during, RuntimeException cause) {
    String message = cause.getMessage();
    String words =
        message == null || message.isBlank() ? cause.getClass().getSimpleName() : message;
    return new TrainException(
        "%s %d: %s; the last good state is %s"
            .formatted(Trainer.STOPPED, during, words, folder.checkpoints().newest()),
        cause);
  }

  // ---- going on ----

  /**
   * Goes back to an older checkpoint only where the newer, or rows that it needs, are damaged, and
   * says so.
   *
   * @param iterations of the whole run
   * @param force whether to go on with another configuration or code
   * @return iterations done
   */
  long restore(long iterations, boolean force) {
    List<Path> candidates = folder.checkpoints().all();
    if (candidates.isEmpty()) {
      throw new TrainException(folder.path() + " has no checkpoint to go on from");
    }
    DamagedFileException newest = null;
    for (Path file : candidates) {
      try (Checkpoint checkpoint = Checkpoint.read(file)) {
        restore(file, checkpoint, iterations, force);
        rows.setAside(folder.checkpoints().forgetAfter(saved));
        return saved;
      } catch (DamagedFileException e) {
        newest = newest == null ? e : newest;
        if (!file.equals(candidates.getLast())) {
          listener.note(e.getMessage() + "; trying the checkpoint before it");
        }
      }
    }
    throw newest; // what is gone of older ones is no news
  }

  private void restore(Path file, Checkpoint checkpoint, long iterations, boolean force) {
    CheckpointInfo info = checkpoint.info();
    info.requireOf(file, plan.task(), plan.algo(), plan.seed());
    final boolean goesOn = info.iteration() < iterations; // else nothing more is computed
    if (goesOn) {
      forced = provenance.doubt(info).orElse(null);
      if (forced != null && !force) {
        throw RunProvenance.refusal(forced);
      }
    }
    // before the learner is touched: it might not be able to go back from a newer state
    List<JournalFiles.Rows> needed =
        goesOn && journal.isPresent() ? rows.find(file, info.journal()) : List.of();
    try {
      learner.restore(checkpoint.slabs());
    } catch (IllegalArgumentException e) {
      throw new TrainException(file + " does not fit the configuration: " + e.getMessage(), e);
    }
    journal.ifPresent(its -> rows.restore(needed, its));
    saved = info.iteration();
    bestReturn = info.bestReturn();
    bestIteration = info.bestIteration();
  }

  /** Says that the run goes on with something else than it was of, if it does, and saves that. */
  void saveIfForced(long envSteps) {
    if (forced != null) {
      listener.note("warning: " + forced);
      provenance.writeForced(saved, forced);
      save(saved, envSteps, false); // the same state, of what is here from now on
    }
  }
}
