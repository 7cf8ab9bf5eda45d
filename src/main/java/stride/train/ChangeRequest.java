package stride.train;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.concurrent.TimeUnit;
import stride.files.AtomicFile;
import stride.files.FileException;
import stride.files.FileGuard;
import stride.files.JsonText;

/**
 * Asks a run at work, in whatever process, for other values or a checkpoint, and waits until it has
 * them.
 *
 * @param values new ones of knobs, by name
 * @param save whether to save a checkpoint before they are changed
 */
public record ChangeRequest(SequencedMap<String, Double> values, boolean save) {
  private static final String SAVE = "save";
  private static final String NOW = "now";
  private static final long LOOK_MILLIS = 20;
  private static final long ANSWER_NANOS = TimeUnit.SECONDS.toNanos(30); // it is being saved

  /**
   * Understands what a user wrote.
   *
   * @param run its folder
   * @param settings {@code name=value} of a knob, or {@code save=now}
   * @return what to ask for
   * @throws IllegalArgumentException if the run has no such name, or a value is out of its range
   * @throws FileException if a file of the run is damaged
   */
  public static ChangeRequest of(Path run, List<String> settings) {
    KnobsFile knobs = KnobsFile.read(run);
    SequencedMap<String, Double> values = new LinkedHashMap<>();
    boolean save = false;
    for (String setting : settings) {
      int equals = setting.indexOf('=');
      if (equals < 1) {
        throw new IllegalArgumentException(setting + ", required: NAME=VALUE or save=now");
      }
      String name = setting.substring(0, equals);
      String text = setting.substring(equals + 1);
      if (name.equals(SAVE)) {
        save = true;
        if (!text.equals(NOW)) {
          throw new IllegalArgumentException(setting + ", required: save=now");
        }
      } else {
        if (values.putIfAbsent(name, value(knobs, name, text)) != null) {
          throw new IllegalArgumentException(name + " is given twice");
        }
      }
    }
    return new ChangeRequest(values, save);
  }

  private static double value(KnobsFile knobs, String name, String text) {
    if (!knobs.names().contains(name)) {
      List<String> known = new ArrayList<>(knobs.names());
      known.add(SAVE);
      throw new IllegalArgumentException(
          "unknown name %s, required: one of %s".formatted(name, known));
    }
    double value;
    try {
      value = Double.parseDouble(text);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          "%s=%s, required: a number %s".formatted(name, text, knobs.range(name)), e);
    }
    knobs.require(name, value);
    return value;
  }

  /**
   * Refuses a run that nothing can be asked of.
   *
   * @param run its folder
   * @throws TrainException if it is no run, has finished, or nobody works on it
   */
  public static void requireAtWork(Path run) {
    RunFolder.readConfig(run);
    if (RunFolder.isFinished(run)) {
      throw new TrainException(run + " is finished: nothing of it changes any more");
    }
    if (!RunLock.isTaken(run)) {
      throw new TrainException("nobody works on " + run + ": resume it first");
    }
  }

  /**
   * Asks, and waits.
   *
   * @param run its folder
   * @param seconds how long to wait until the run takes it
   * @return how many iterations were done by then
   * @throws TrainException if it does not take it, or refuses, or another asks at the moment
   * @throws FileException if the request cannot be written
   */
  public long send(Path run, double seconds) {
    Path file = LiveRequest.file(run);
    try (FileGuard _ = FileGuard.ifFree(file).orElseThrow(() -> busy(run))) {
      String id = ProcessHandle.current().pid() + "-" + System.nanoTime();
      LiveRequest request = new LiveRequest(LiveRequest.SCHEMA_VERSION, id, values, save);
      Files.deleteIfExists(LiveAnswer.file(run));
      AtomicFile.write(file, JsonText.file(request));
      return await(run, id, seconds);
    } catch (IOException e) {
      throw FileException.cannot("write", file, e);
    }
  }

  private static TrainException busy(Path run) {
    return new TrainException("another `set` waits for " + run + ": wait until it has ended");
  }

  private static long await(Path run, String id, double seconds) throws IOException {
    long deadline = System.nanoTime() + (long) (seconds * TimeUnit.SECONDS.toNanos(1));
    boolean taken = false;
    while (true) {
      boolean atWork = RunLock.isTaken(run); // before the look: the answer may come last of all
      Optional<LiveAnswer> answer = answer(run, id);
      if (answer.isPresent()) {
        return result(answer.get());
      }
      if (!atWork || System.nanoTime() - deadline > 0) {
        if (!taken && Files.deleteIfExists(LiveRequest.file(run))) {
          throw new TrainException(notTaken(run, atWork, seconds));
        }
        if (!atWork || taken) {
          throw new TrainException("%s was asked, and did not answer".formatted(run));
        }
        taken = true; // just now
        deadline += ANSWER_NANOS;
      }
      sleep();
    }
  }

  private static String notTaken(Path run, boolean atWork, double seconds) {
    return atWork
        ? "%s has ended no iteration within %s s: nothing was changed; --wait gives it longer"
            .formatted(run, seconds)
        : "the sitting of %s has ended: nothing was changed".formatted(run);
  }

  private static Optional<LiveAnswer> answer(Path run, String id) throws IOException {
    Path file = LiveAnswer.file(run);
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    LiveAnswer answer = JsonText.read(file, LiveAnswer.class);
    if (!answer.id().equals(id)) {
      return Optional.empty();
    }
    Files.deleteIfExists(file);
    return Optional.of(answer);
  }

  private static long result(LiveAnswer answer) {
    if (answer.refusal() != null) {
      throw new TrainException(answer.refusal());
    }
    return answer.iteration();
  }

  private static void sleep() {
    try {
      Thread.sleep(LOOK_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new TrainException("interrupted while waiting", e);
    }
  }
}
