package stride.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import stride.lab.InvestigationTables;
import stride.lab.LabException;
import stride.lab.ReadmeTables;

/** Keeps the README's figures equal to the committed results. */
@Command(
    name = "readme",
    hidden = true,
    description =
        "Writes the measured parts of the README and of docs/investigations.md from the results that"
            + " bench-results/baseline and bench-results/investigations name.",
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
    var readme = new ReadmeTables(Options.home());
    var investigations = new InvestigationTables(Options.home());
    if (!check) {
      readme.update();
      investigations.update();
    } else {
      require(readme.isCurrent(), "README.md");
      require(investigations.isCurrent(), "docs/investigations.md");
    }
    return 0;
  }

  private static void require(boolean current, String page) {
    if (!current) {
      throw new LabException(page + " differs from its results: run `make readme`");
    }
  }
}
