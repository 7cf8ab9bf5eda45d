package stride.lab.pages;

import java.nio.file.Path;
import stride.results.AlgorithmsTable;
import stride.results.Machine;
import stride.results.PeersResult;
import stride.results.Results;
import stride.results.ReturnsTable;

/** The tables of docs/cartpole.md, from the results folder that bench-results/cartpole names. */
public final class CartPoleTables extends MeasuredPage {
  private static final String NAME = "cartpole";

  private final Path root;

  /**
   * The page of a project.
   *
   * @param root folder of docs and bench-results
   */
  public CartPoleTables(Path root) {
    super(root.resolve("docs/cartpole.md"));
    this.root = root;
  }

  @Override
  protected String updated(String text) {
    Results results = Results.read(Results.named(root.resolve("bench-results"), NAME));
    PeersResult peers = results.peers().orElse(PeersResult.NONE);
    String programs =
        AlgorithmsTable.full("program", peers, peers.valueRows(), row -> row.label()).toMarkdown();
    String page = withMeasured(text, "source", source(results));
    page = withMeasured(page, "programs", programs);
    return withMeasured(page, "returns", ReturnsTable.of(results.returns()).toMarkdown());
  }

  private static String source(Results results) {
    Machine machine = results.machine();
    return "Measured on %s, commit %.7s: [bench-results/%s](../bench-results/%3$s/summary.md).\n"
        .formatted(machine.inWords(), machine.commit(), results.name());
  }
}
