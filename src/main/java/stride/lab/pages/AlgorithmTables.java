package stride.lab.pages;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import stride.results.AlgorithmRow;
import stride.results.AlgorithmsTable;
import stride.results.Machine;
import stride.results.PeersResult;
import stride.results.Results;
import stride.results.ReturnsTable;

/**
 * The tables of a page on algorithms other than PPO, from the results folder that a file of
 * bench-results names: other programs beside Stride, and returns.
 */
public final class AlgorithmTables extends MeasuredPage {
  private final Path root;
  private final String name;
  private final Map<String, String> programs; // algorithm by part of the page

  private AlgorithmTables(Path root, String name, Map<String, String> programs) {
    super(root.resolve("docs").resolve(name + ".md"));
    this.root = root;
    this.name = name;
    this.programs = programs;
  }

  /**
   * The page on value methods.
   *
   * @param root folder of docs and bench-results
   */
  public static AlgorithmTables cartPole(Path root) {
    return new AlgorithmTables(root, "cartpole", Map.of("programs", "dqn"));
  }

  /**
   * The page on actor-critics.
   *
   * @param root folder of docs and bench-results
   */
  public static AlgorithmTables actorCritics(Path root) {
    return new AlgorithmTables(
        root, "actor-critics", Map.of("programs-a2c", "a2c", "programs-sac", "sac"));
  }

  @Override
  protected String updated(String text) {
    final Results results = Results.read(Results.named(root.resolve("bench-results"), name));
    final PeersResult peers = results.peers().orElse(PeersResult.NONE);
    String page = withMeasured(text, "source", source(results));
    for (Map.Entry<String, String> part : programs.entrySet()) {
      page = withMeasured(page, part.getKey(), programs(peers, part.getValue()));
    }
    return withMeasured(page, "returns", ReturnsTable.of(results.returns()).toMarkdown());
  }

  private static String programs(PeersResult peers, String algo) {
    final List<AlgorithmRow> rows =
        Stream.concat(peers.valueRows().stream(), peers.actorCriticRows().stream())
            .filter(row -> row.algo().equals(algo))
            .toList();
    return AlgorithmsTable.full("program", peers, rows, AlgorithmRow::label).toMarkdown();
  }

  private static String source(Results results) {
    final Machine machine = results.machine();
    return "Measured on %s, commit %.7s: [bench-results/%s](../bench-results/%3$s/summary.md).\n"
        .formatted(machine.inWords(), machine.commit(), results.name());
  }
}
