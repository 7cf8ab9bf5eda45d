package stride.train;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.SequencedMap;
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
 * <p>The values themselves are part of the learner's state. A change may be later than the state
 * that a sitting begins with: then it is made again at the iteration at which it was made, so that
 * the run goes on to the same bits as if nothing had ended it.
 */
final class LiveChanges {
  private static final int SCHEMA_VERSION = 1;

  private final Path run;
  private final Path request;
  private final List<Knob> knobs;
  private final TrainListener listener;
  private final ChangesFile changes;
  private final Queue<ChangesFile.Change> again; // those that the state does not have, in order

  /**
   * Says what may be changed.
   *
   * @param iteration of the state that the sitting begins with
   * @throws FileException if a change that it does not have cannot be made
   */
  LiveChanges(Path run, List<Knob> knobs, TrainListener listener, long iteration) {
    this.run = run;
    this.request = LiveRequest.file(run);
    this.knobs = knobs;
    this.listener = listener;
    this.changes = ChangesFile.read(run);
    this.again = new ArrayDeque<>(changes.after(iteration));
    again.forEach(this::requirePossible);
    deleteWhatNobodyWaitsFor();
    KnobsFile.publish(run, knobs);
  }

  private void requirePossible(ChangesFile.Change change) {
    try {
      require(change.name(), change.value());
    } catch (IllegalArgumentException e) {
      throw new FileException(changes.file(), e.getMessage(), e);
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

  /**
   * Makes the changes that an earlier sitting made at this point.
   *
   * @param iteration how many are done
   */
  void repeat(long iteration) {
    while (!again.isEmpty() && again.element().iteration() <= iteration + 1) {
      ChangesFile.Change change = again.remove();
      turn(change);
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
      change(iteration, envSteps, asked.values());
    } catch (IllegalArgumentException e) {
      refusal = e.getMessage();
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

  /** On the disk before it takes effect: who asked may rely on it whatever happens. */
  private void change(long iteration, long envSteps, SequencedMap<String, Double> values) {
    if (values.isEmpty()) {
      return;
    }
    List<ChangesFile.Change> made = new ArrayList<>();
    values.forEach(
        (name, value) -> made.add(new ChangesFile.Change(iteration + 1, envSteps, name, value)));
    again.removeIf(later -> values.containsKey(later.name()));
    changes.add(made);
    made.forEach(this::turn);
  }

  private void turn(ChangesFile.Change change) {
    knob(change.name()).turnTo(change.value());
    listener.note(
        "%s=%s from iteration %d on".formatted(change.name(), change.value(), change.iteration()));
  }

  private void answer(LiveAnswer answer) {
    Path file = LiveAnswer.file(run);
    try {
      AtomicFile.write(file, JsonText.file(answer));
    } catch (IOException e) {
      throw FileException.cannot("write", file, e);
    }
  }
}
