package stride.cli;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import stride.home.Home;
import stride.lab.LabException;
import stride.lab.pages.AlgorithmTables;
import stride.lab.pages.GeneratedFile;
import stride.lab.pages.InvestigationTables;
import stride.lab.pages.ReadmeFigures;
import stride.lab.pages.ReadmePicture;
import stride.lab.pages.ResultsTables;
import stride.lab.verify.LedgerTable;

/** Keeps the README's figures equal to the committed results. */
@Command(
    name = "readme",
    hidden = true,
    description =
        "Writes the measured parts of README.md, docs/results.md, docs/cartpole.md,"
            + " docs/investigations.md and docs/ledger.md, and docs/throughput.svg, from the results"
            + " that bench-results/baseline, cartpole and investigations name, and from"
            + " bench-results/ledger.json; and docs/options.md from the options themselves.",
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
    Path root = Home.folder();
    Map<String, GeneratedFile> pages = new LinkedHashMap<>();
    pages.put("README.md", new ReadmeFigures(root));
    pages.put("docs/throughput.svg", new ReadmePicture(root));
    pages.put("docs/results.md", new ResultsTables(root));
    pages.put("docs/cartpole.md", AlgorithmTables.cartPole(root));
    pages.put("docs/actor-critics.md", AlgorithmTables.actorCritics(root));
    pages.put("docs/investigations.md", new InvestigationTables(root));
    pages.put("docs/ledger.md", new LedgerTable(root));
    pages.put("docs/options.md", new OptionsPage(root, common.spec.root().commandLine()));
    pages.forEach(this::write);
    return 0;
  }

  private void write(String name, GeneratedFile page) {
    if (!check) {
      page.update();
    } else if (!page.isCurrent()) {
      throw new LabException(name + " differs from what it is made of: run `make readme`");
    }
  }
}
