package stride.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;
import stride.train.RunFolder;
import stride.train.RunRow;

/** A table of runs. */
@Command(
    name = "runs",
    description = {
      "Lists runs, newest first: what they train, how far they are and what they have reached.",
      "return is the mean of the last 100 episodes, best that of the best checkpoint. A folder that"
          + " is damaged has a row that says so."
    },
    footer = {"", "Example: stride runs", "         stride runs runs/trials/CartPole-v1"})
final class RunsCommand implements Callable<Integer>, CommonOptions.Holder {
  private static final String ROW = "%-18s %-8s %6s  %-8s %13s %9s %9s  %s%n";

  @Mixin CommonOptions common;

  @Parameters(
      arity = "0..*",
      paramLabel = "DIR",
      description =
          "folders of runs, or what holds them at any depth; what lies in trials or best below it"
              + " counts only where that is named itself (default: runs)")
  List<Path> folders = List.of(RunFolder.RUNS);

  @Override
  public CommonOptions common() {
    return common;
  }

  @Override
  public Integer call() {
    List<RunRow> rows = RunRow.in(folders);
    common.print(Map.of("rows", rows), rows.isEmpty() ? none() : table(rows));
    return 0;
  }

  private String none() {
    return "no runs in %s%n"
        .formatted(String.join(", ", folders.stream().map(Path::toString).toList()));
  }

  private static String table(List<RunRow> rows) {
    var text = new StringBuilder();
    text.append(
        ROW.formatted("task", "algo", "seed", "state", "env steps", "return", "best", "folder"));
    for (RunRow row : rows) {
      text.append(
          ROW.formatted(
              orDash(row.task()),
              orDash(row.algo()),
              orDash(row.seed()),
              row.state(),
              row.envSteps() == null ? "-" : "%,d".formatted(row.envSteps()),
              TrainSummary.number(row.returnMeanLast100()),
              TrainSummary.number(row.bestReturn()),
              row.damage() == null ? row.folder() : row.folder() + ": " + row.damage()));
    }
    return text.toString();
  }

  private static String orDash(Object value) {
    return value == null ? "-" : value.toString();
  }
}
