package stride.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;
import stride.env.Alignment;
import stride.env.GoldenFileException;
import stride.mujoco.MujocoWarnings;
import stride.results.Table;

/** Replays golden trajectories. */
@Command(
    name = "align",
    description = {
      "Replays trajectories that Gymnasium computed and shows the largest deviation of each file.",
      "Exits 1 if a file is off by more than 1e-9 or cannot be read."
    },
    footer = {"", "Example: stride align src/test/resources/golden/*.jsonl.gz"})
final class AlignCommand implements Callable<Integer>, CommonOptions.Holder {
  @Mixin CommonOptions common;

  @Parameters(arity = "1..*", paramLabel = "FILE", description = "gzip of JSON lines")
  List<Path> files;

  @Override
  public CommonOptions common() {
    return common;
  }

  @Override
  public Integer call() {
    var table = new Table("file", "task", "steps", "max abs error", "");
    List<Map<String, Object>> json = new ArrayList<>();
    boolean failed = false;
    for (Path file : files) {
      Map<String, Object> row = new LinkedHashMap<>();
      row.put("file", file.toString());
      try {
        failed |= !compare(Alignment.replay(file), table, row);
      } catch (GoldenFileException e) {
        failed = true;
        row.put("error", e.getMessage());
        Errors.print(common.err(), e.getMessage());
        Errors.printTraceIfAsked(common, e);
      }
      json.add(row);
    }
    MujocoWarnings.print(common.err());
    common.print(Map.of("files", json), table.toText());
    return failed ? 1 : 0;
  }

  /** Fills a row; false if the task is not the same as Gymnasium's. */
  private static boolean compare(Alignment.Result result, Table table, Map<String, Object> row) {
    String name = result.file().getFileName().toString();
    row.put("task", result.task());
    return switch (result) {
      case Alignment.Skipped _ -> {
        row.put("skipped", "task is not built");
        table.add(name, result.task(), "-", "-", "skipped: task is not built");
        yield true;
      }
      case Alignment.Compared compared -> {
        row.put("steps", compared.steps());
        row.put("max_abs_error", compared.maxAbsError());
        row.put("worst", compared.worst());
        row.put("mismatch", compared.mismatch());
        row.put("aligned", compared.isAligned());
        String remark =
            compared.mismatch().isEmpty()
                ? compared.isAligned() ? "" : "OFF at " + compared.worst()
                : "OFF: " + compared.mismatch();
        table.add(
            name,
            result.task(),
            Integer.toString(compared.steps()),
            "%.3g".formatted(compared.maxAbsError()),
            remark);
        yield compared.isAligned();
      }
    };
  }
}
