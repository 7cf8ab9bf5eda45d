package stride.lab.report;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import stride.results.Anchors;
import stride.results.JmhResult;
import stride.results.Machine;
import stride.results.PeersResult;
import stride.results.ProfileResult;
import stride.results.Results;
import stride.results.ReturnsRow;
import stride.results.Revision;
import stride.results.Warnings;

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
    List<ProfileResult> profiles,
    List<LatencyLog> latencies,
    List<JmhResult> benchmarks,
    Optional<PeersResult> peers,
    List<ReturnsRow> returns,
    List<String> recordings) {
  static ResultsData read(Path folder, String name) {
    Results results = Results.read(folder);
    return new ResultsData(
        name,
        results,
        results.anchors(),
        results.profiles().stream().filter(profile -> !profile.rows().isEmpty()).toList(),
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

  /**
   * What makes its figures doubtful.
   *
   * @param parent of the folder's baseline; none where nothing is held to one
   */
  List<String> doubts(Optional<Path> parent) {
    Map<String, Double> spreads = new LinkedHashMap<>();
    profiles.forEach(profile -> spreads.putAll(profile.spreads()));
    return Warnings.ofRun(
        machine(),
        anchors,
        parent.flatMap(folder -> Results.baseline(folder, machine())),
        benchmarks,
        spreads);
  }

  Machine machine() {
    return results.machine();
  }

  /** The revision, as folders are named after it. */
  String commit() {
    return new Revision(machine().commit(), machine().dirty()).abbreviated();
  }
}
