package stride.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import stride.algo.Algorithms;
import stride.lab.process.CommandText;
import stride.learn.StageRow;
import stride.results.StageTable;
import stride.train.TrainResult;

/** What is said at the end of a training. */
final class TrainSummary {
  /** Of an update's time, above which threads had better be fewer. */
  private static final double MUCH_WAITING = 0.5;

  private TrainSummary() {}

  /** Some ten lines for a reader, the next steps last. */
  static String text(TrainResult result, double elapsedSeconds, Path folder, boolean stages) {
    String run = CommandText.quoted(folder.toString());
    String next = result.finished() ? next(result.algo(), run) : goesOn(folder) + "\n";
    return """
    %s%s, %s, seed %d: %s after %,d env steps in %d iterations
    return of the last 100 episodes  %s
    env steps per second             %s, steady %s
    seconds                          %.1f, in all sittings %.1f
    run folder                       %s

    %s\
    """
        .formatted(
            stages ? StageTable.of(result.stages()).toText() + "\n" : "",
            result.task(),
            result.algo(),
            result.seed(),
            result.finished() ? "finished" : "stopped",
            result.envSteps(),
            result.iterations(),
            number(result.returnMeanLast100()),
            number(result.envStepsPerSecond()),
            number(result.envStepsPerSecondSteady()),
            result.seconds(),
            elapsedSeconds,
            folder,
            next);
  }

  private static String next(String algo, String run) {
    List<String> commands = new ArrayList<>();
    commands.add(CommandText.typed("eval " + run));
    if (Algorithms.of(algo).hasNetwork()) {
      commands.add(CommandText.typed("export " + run + " --onnx policy.onnx"));
    }
    commands.add("tensorboard --logdir " + run);
    return "next  " + String.join("\n      ", commands) + "\n";
  }

  /** What a run goes on with that was ended before its end. */
  static String goesOn(Path folder) {
    String command = "train --resume " + CommandText.quoted(folder.toString());
    return "stopped: `%s` goes on".formatted(CommandText.typed(command));
  }

  /** A warning where threads mostly wait for one another while they learn. */
  static Optional<String> waiting(TrainResult result, int threads) {
    double update = seconds(result, "update");
    double waiting = seconds(result, "update.other");
    if (threads == 1 || waiting <= MUCH_WAITING * update) {
      return Optional.empty();
    }
    return Optional.of(
        "warning: in updates the %d threads waited for one another %.0f %% of the time: try fewer"
            .formatted(threads, 100 * waiting / update));
  }

  private static double seconds(TrainResult result, String stage) {
    return result.stages().stream()
        .filter(row -> row.stage().equals(stage))
        .mapToDouble(StageRow::totalSeconds)
        .sum();
  }

  static String number(Double value) {
    return value == null ? "-" : "%.1f".formatted(value);
  }
}
