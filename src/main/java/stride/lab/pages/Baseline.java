package stride.lab.pages;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import stride.results.Machine;
import stride.results.PeersResult;
import stride.results.ProfileResult;
import stride.results.ProfileRow;
import stride.results.Results;
import stride.results.ReturnsRow;

/**
 * The results that the pages show.
 *
 * @param name of the folder in bench-results
 * @param machine that it was measured on
 * @param profiles of tasks
 * @param peers other programs; may be empty
 * @param returns over seeds; may be empty
 * @param newer where returns come from that were measured anew since; null if none were
 */
record Baseline(
    String name,
    Machine machine,
    List<ProfileResult> profiles,
    PeersResult peers,
    List<ReturnsRow> returns,
    Results newer) {
  private static final String NEWER_RETURNS = "returns";

  /**
   * Reads the folder that bench-results/baseline names, and the returns of the one that
   * bench-results/returns names, if it is there.
   */
  static Baseline read(Path root) {
    Path parent = root.resolve("bench-results");
    Results results = Results.read(Results.locate(parent, Results.BASELINE));
    Results newer =
        Files.exists(parent.resolve(NEWER_RETURNS))
            ? Results.read(Results.named(parent, NEWER_RETURNS))
            : null;
    return new Baseline(
        results.name(),
        results.machine(),
        results.profiles(),
        results.peers().orElse(PeersResult.NONE),
        newer == null ? results.returns() : returns(results, newer),
        newer);
  }

  /** Rows that were measured anew take the places of older ones. */
  private static List<ReturnsRow> returns(Results results, Results newer) {
    List<ReturnsRow> anew = newer.returns();
    return results.returns().stream()
        .map(row -> anew.stream().filter(row::isOfTheSame).findFirst().orElse(row))
        .toList();
  }

  /** A row of a profile, of which other programs may have been measured beside. */
  record Rate(String task, ProfileRow row, Map<String, Double> others) {
    String size() {
      return "%s, %s".formatted(task, row.name());
    }
  }

  /** Every task and size. */
  List<Rate> rates() {
    List<Rate> rates = new ArrayList<>();
    for (ProfileResult profile : profiles) {
      for (ProfileRow row : profile.rows()) {
        // a thread without an environment has nothing to do: that is the row of fewer threads
        if (row.threads() <= row.envs()) {
          String task = profile.task();
          rates.add(new Rate(task, row, peers.fastest(task, row.envs(), row.threads())));
        }
      }
    }
    return rates;
  }

  /**
   * Where the numbers come from.
   *
   * @param up the way from the page's folder to the project's, empty or {@code ../}
   */
  String source(String up) {
    return "%s, commit %.7s: %s".formatted(machine.inWords(), machine.commit(), link(name, up));
  }

  /** The machine and the folder of returns that were measured anew; nothing if none were. */
  Optional<String> newerSource(String up) {
    return Optional.ofNullable(newer)
        .map(its -> its.machine().inWords() + ": " + link(its.name(), up));
  }

  private static String link(String name, String up) {
    return "[bench-results/%s](%sbench-results/%1$s/summary.md)".formatted(name, up);
  }
}
