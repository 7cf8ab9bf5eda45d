package stride.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import stride.lab.LabException;
import stride.lab.ReadmeTables;

/** Keeps the README's figures equal to the committed results. */
@Command(
    name = "readme",
    hidden = true,
    description =
        "Writes the README's measured part from the results that bench-results/baseline names.",
    footer = {"", "Example: stride readme --check"})
final class ReadmeCommand implements Callable<Integer>, CommonOptions.Holder {
  @Mixin CommonOptions common;

  @Option(names = "--check", description = "change nothing; exit 1 if something would change")
  boolean check;

  @Override
  public CommonOptions common() {
    return common;
  }

  @Override
  public Integer call() {
    var tables = new ReadmeTables(Options.home());
    if (!check) {
      tables.update();
    } else if (!tables.isCurrent()) {
      throw new LabException("README.md differs from its results: run `make readme`");
    }
    return 0;
  }
}
