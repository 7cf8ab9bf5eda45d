package stride.train;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import stride.files.AtomicFile;
import stride.files.FileException;
import stride.files.FileGuard;
import stride.files.JsonText;
import stride.learn.Knob;
import stride.options.Require;

/**
 * Takes what is asked of a run between two of its iterations, and keeps a record of it in
 * changes.jsonl. Of one sitting, on its thread.
 *
 * <p>The values themselves are part of the learner's state: whoever resumes the run has them.
 */
final class LiveChanges implements AutoCloseable {
  private static final int SCHEMA_VERSION = 1;
  private static final String CHANGES = "changes.jsonl";

  private final Path run;
  private final Path request;
  private final List<Knob> knobs;
  private final TrainListener listener;
  private MetricsLog changes; // null before the first

  /**
   * A line of changes.jsonl.
   *
   * @param schemaVersion of this form
   * @param iteration the first that goes by the value
   * @param envSteps done before it
   * @param name of a knob
   * @param value that it has from then on
   */
  private record Change(
      int schemaVersion, long iteration, long envSteps, String name, double value) {}

  /**
   * Says what may be changed, and forgets what is later than the state that the sitting begins
   * with.
   *
   * @param iteration of that state
   */
  LiveChanges(Path run, List<Knob> knobs, TrainListener listener, long iteration) {
    this.run = run;
    this.request = LiveRequest.file(run);
    this.knobs = knobs;
    this.listener = listener;
    deleteWhatNobodyWaitsFor();
    KnobsFile.publish(run, knobs);
    if (Files.exists(run.resolve(CHANGES))) {
      changes = MetricsLog.open(run.resolve(CHANGES), iteration);
    }
  }

  private void deleteWhatNobodyWaitsFor() {
    try {
      if (Files.exists(request)) {
        Optional<FileGuard> free = FileGuard.ifFree(request);
        if (free.isPresent()) {
          Files.deleteIfExists(request);
          free.get().close();
        }
      }
      Files.deleteIfExists(LiveAnswer.file(run));
    } catch (IOException e) {
      throw FileException.cannot("delete", request, e);
    }
  }

  /** Whether something is asked for: one look at a file. */
  boolean isAsked() {
    return Files.exists(request);
  }

  /**
   * Does what is asked for, and answers.
   *
   * @param iteration how many are done
   * @param envSteps done
   * @param save saves the state as it is, unless that has been done
   */
  void take(long iteration, long envSteps, Runnable save) {
    Optional<LiveRequest> taken = claim();
    if (taken.isEmpty()) {
      return;
    }
    LiveRequest asked = taken.get();
    if (asked.save()) {
      save.run(); // first: a saved state is that of its iteration, whatever is changed after it
      listener.note("saved after iteration " + iteration);
    }
    String refusal = null;
    try {
      asked.values().forEach(this::require);
      asked.values().forEach((name, value) -> change(iteration, envSteps, name, value));
    } catch (IllegalArgumentException e) {
      refusal = e.getMessage();
    }
    if (changes != null) {
      changes.sync();
    }
    answer(new LiveAnswer(SCHEMA_VERSION, asked.id(), iteration, refusal));
  }

  /** Whoever asks may take it back until it is gone. */
  private Optional<LiveRequest> claim() {
    Optional<LiveRequest> read = Optional.empty();
    try {
      try {
        read = Optional.of(JsonText.read(request, LiveRequest.class));
      } catch (FileException e) {
        if (Files.exists(request)) {
          listener.note(e.getMessage() + "; nothing is changed");
        }
      }
      return Files.deleteIfExists(request) ? read : Optional.empty();
    } catch (IOException e) {
      throw FileException.cannot("delete", request, e);
    }
  }

  private void require(String name, double value) {
    Require.require(name, value, knob(name).range());
  }

  private Knob knob(String name) {
    return knobs.stream()
        .filter(knob -> knob.name().equals(name))
        .findFirst()
        .orElseThrow(() -> KnobsFile.unknown(name, knobs.stream().map(Knob::name).toList()));
  }

  private void change(long iteration, long envSteps, String name, double value) {
    knob(name).turnTo(value);
    if (changes == null) {
      changes = MetricsLog.open(run.resolve(CHANGES), iteration);
    }
    changes.add(new Change(SCHEMA_VERSION, iteration + 1, envSteps, name, value));
    listener.note("%s=%s from iteration %d on".formatted(name, value, iteration + 1));
  }

  private void answer(LiveAnswer answer) {
    Path file = LiveAnswer.file(run);
    try {
      AtomicFile.write(file, JsonText.file(answer));
    } catch (IOException e) {
      throw FileException.cannot("write", file, e);
    }
  }

  @Override
  public void close() {
    if (changes != null) {
      changes.close();
    }
  }
}
