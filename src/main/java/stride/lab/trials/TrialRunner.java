package stride.lab.trials;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import stride.files.FileException;
import stride.lab.LabException;
import stride.lab.process.StoppedException;
import stride.lab.process.TimeLeft;
import stride.train.RunLock;
import stride.train.TrainException;

/**
 * Runs trials, several at once, in the order given; none that is finished is repeated, and those
 * that were interrupted go on from their checkpoints.
 */
public final class TrialRunner {
  private final TrialSettings settings;
  private final PrintWriter progress;
  private final AtomicBoolean stop;

  /**
   * A runner that has yet to run.
   *
   * @param settings where and how
   * @param progress takes a line for each trial that ends
   * @param stop set by anyone to begin no other trial; those at work end with this process, or are
   *     finished
   */
  public TrialRunner(TrialSettings settings, PrintWriter progress, AtomicBoolean stop) {
    this.settings = settings;
    this.progress = progress;
    this.stop = stop;
  }

  /**
   * Runs what is not finished.
   *
   * @param trials in order; the same one may be there more than once
   * @return one result a trial; what was finished before with other settings than these has no
   *     speed
   * @throws StoppedException if it was told to stop
   * @throws LabException if something fails that says nothing of a trial
   * @throws TrainException if another process is at work in the root
   * @throws FileException if a file is damaged
   */
  public List<TrialResult> run(List<Trial> trials) {
    try {
      Files.createDirectories(settings.root());
    } catch (IOException e) {
      throw FileException.cannot("make", settings.root(), e);
    }
    try (RunLock _ = RunLock.take(settings.root())) {
      Map<Path, TrialResult> results = new LinkedHashMap<>();
      Map<Path, Trial> left = new LinkedHashMap<>();
      for (Trial trial : trials) {
        Path folder = folder(trial);
        TrialResult finished = TrialProcess.finished(folder);
        if (finished == null) {
          left.put(folder, trial);
        } else {
          requireOfHere(trial, folder, finished);
          boolean comparable = finished.isAsFastAs(settings);
          results.put(folder, comparable ? finished : finished.withoutSpeed());
        }
      }
      runAll(left, results);
      return trials.stream().map(trial -> results.get(folder(trial))).toList();
    }
  }

  private Path folder(Trial trial) {
    return trial.folder(settings.root());
  }

  /** Commit and code are in the folder's name; what else has changed since changes nothing. */
  private void requireOfHere(Trial trial, Path folder, TrialResult finished) {
    List<String> differences =
        finished.origin().machine().differences(trial.build().origin().machine());
    if (!settings.mixed() && !differences.isEmpty()) {
      throw new LabException(
          "%s is of another machine: %s; --mixed takes it all the same"
              .formatted(folder, String.join(", ", differences)));
    }
  }

  private record Done(Path folder, TrialResult result) {}

  private void runAll(Map<Path, Trial> left, Map<Path, TrialResult> results) {
    if (left.isEmpty()) {
      return;
    }
    final int all = left.size() + results.size();
    String turns = Instant.now().toString();
    try (ExecutorService workers = Executors.newFixedThreadPool(settings.jobs())) {
      var completion = new ExecutorCompletionService<Done>(workers);
      left.forEach(
          (folder, trial) -> {
            var process = new TrialProcess(trial, settings, turns, stop::get);
            process.prepare();
            completion.submit(() -> new Done(folder, stop.get() ? null : process.run()));
          });
      var timeLeft = new TimeLeft(left.size());
      try {
        for (int k = 0; k < left.size(); k++) {
          Done done = completion.take().get();
          if (done.result() != null) {
            results.put(done.folder(), done.result());
            timeLeft.done(1);
            report(left.get(done.folder()), done.result(), results.size(), all, timeLeft);
          }
        }
      } catch (ExecutionException e) {
        workers.shutdownNow(); // those at work are told to save and end
        // or it is a consequence of that
        if (!stop.get() && !(e.getCause() instanceof StoppedException)) {
          throw rethrown(e.getCause());
        }
      } catch (InterruptedException e) {
        workers.shutdownNow();
        Thread.currentThread().interrupt();
        throw new StoppedException("interrupted");
      }
    }
    if (results.size() < all) {
      throw new StoppedException(
          "stopped with %d of %d trials finished: the same command goes on from there"
              .formatted(results.size(), all));
    }
  }

  private static RuntimeException rethrown(Throwable cause) {
    return switch (cause) {
      case RuntimeException e -> e;
      case Error e -> throw e;
      default -> new LabException(cause.getMessage(), cause);
    };
  }

  private void report(Trial trial, TrialResult result, int finished, int all, TimeLeft timeLeft) {
    progress.printf(
        "%d of %d: %s, seed %d: return %s, %s%s%n",
        finished,
        all,
        trial.name(),
        trial.seed(),
        Double.isNaN(result.evaluated()) ? "none" : "%.1f".formatted(result.evaluated()),
        result.failed() == null
            ? "%.0f s".formatted(result.seconds())
            : "FAILED, " + result.failed(),
        finished < all ? ", " + timeLeft.words() : "");
    progress.flush();
  }
}
