package stride.lab.report;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import stride.lab.Anchors;
import stride.lab.JmhResult;
import stride.lab.Machine;
import stride.lab.Part;
import stride.lab.Results;
import stride.lab.Revision;

/**
 * What one results folder has.
 *
 * @param name how the page calls the folder
 * @param results the folder
 * @param anchors of anchor.json
 * @param profiles of profile-*.json, those with a row
 * @param latencies of *.hlog, those with a histogram
 * @param benchmarks of jmh-*.json
 * @param peers of peers.json
 * @param returns of returns.json: its rows
 * @param recordings names of flame graphs and of what they were drawn from
 */
record ResultsData(
    String name,
    Results results,
    Optional<Anchors> anchors,
    List<Part> profiles,
    List<LatencyLog> latencies,
    List<JmhResult> benchmarks,
    Optional<Part> peers,
    List<Part> returns,
    List<String> recordings) {
  static ResultsData read(Path folder, String name) {
    Results results = Results.read(folder);
    return new ResultsData(
        name,
        results,
        results.anchors(),
        results.profiles().stream().filter(profile -> !profile.list("rows").isEmpty()).toList(),
        results.files(".*\\.hlog").stream()
            .map(LatencyLog::read)
            .filter(log -> !log.histograms().isEmpty())
            .toList(),
        results.benchmarks(),
        results.peers(),
        results.returns(),
        results.files("flame-.*\\.html|.*\\.(jfr|folded)").stream()
            .map(file -> file.getFileName().toString())
            .toList());
  }

  Machine machine() {
    return results.machine();
  }

  /** The revision, as folders are named after it. */
  String commit() {
    return new Revision(machine().commit(), machine().dirty()).abbreviated();
  }
}
