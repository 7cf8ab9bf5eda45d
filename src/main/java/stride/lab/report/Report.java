package stride.lab.report;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import stride.files.AtomicFile;
import stride.files.FileException;
import stride.lab.LabException;
import stride.results.Figures;
import stride.results.Results;

/** One HTML page of results folders and run folders. */
public final class Report {
  private final List<ResultsData> results = new ArrayList<>();
  private final List<RunData> runs = new ArrayList<>();
  private final List<Path> empty;
  private ReferenceReturns references = ReferenceReturns.NONE;
  private Optional<Path> baselines = Optional.empty();

  private Report(List<Path> empty) {
    this.empty = empty;
  }

  /**
   * Reads everything that the page will show.
   *
   * @param folders results folders and run folders, in any mix, or folders that hold some; the same
   *     one twice counts once
   * @return the report
   * @throws LabException if there is nothing in any of them, or a file is cut short or of another
   *     version
   * @throws FileException if a file cannot be read or is no JSON
   */
  public static Report of(List<Path> folders) {
    ReportFolders all = ReportFolders.among(folders);
    var report = new Report(all.empty());
    List<Path> different = all.found();
    boolean namesDiffer =
        different.stream().map(Path::getFileName).distinct().count() == different.size();
    for (Path folder : different) {
      report.add(folder, namesDiffer ? name(folder) : nameWithParent(folder));
    }
    return report;
  }

  private static String name(Path folder) {
    return String.valueOf(folder.getFileName());
  }

  private static String nameWithParent(Path folder) {
    return folder.getNameCount() < 2
        ? folder.toString()
        : folder.subpath(folder.getNameCount() - 2, folder.getNameCount()).toString();
  }

  private void add(Path folder, String name) {
    if (Results.isOne(folder)) {
      results.add(ResultsData.read(folder, name));
    } else {
      runs.add(RunData.read(folder, name));
    }
  }

  /**
   * Holds learning curves to what others reach.
   *
   * @param returns drawn beside curves of the same setting
   * @return this
   */
  public Report beside(ReferenceReturns returns) {
    references = returns;
    return this;
  }

  /**
   * Holds anchors to those of a reference run on the same machine.
   *
   * @param parent folder with a file {@code baseline} that names the run
   * @return this
   */
  public Report heldTo(Path parent) {
    baselines = Optional.of(parent);
    return this;
  }

  /** Which of the folders given have neither results nor runs in them, in the order given. */
  public List<Path> empty() {
    return empty;
  }

  /** How many results folders are in it. */
  public int resultsCount() {
    return results.size();
  }

  /** How many runs are in it. */
  public int runCount() {
    return runs.size();
  }

  /**
   * What is in it, for a page that was given no other title: the results folder or how many there
   * are, and the tasks of runs.
   */
  public String title() {
    List<String> parts = new ArrayList<>();
    if (results.size() == 1) {
      parts.add("results " + results.getFirst().name());
    } else if (!results.isEmpty()) {
      parts.add(Figures.plural(results.size(), "results folder"));
    }
    if (runs.size() == 1) {
      RunData run = runs.getFirst();
      parts.add(
          "%s, run %s%s"
              .formatted(run.task(), run.name(), run.isFinished() ? "" : " (unfinished)"));
    } else {
      Map<String, List<RunData>> byTask =
          runs.stream()
              .collect(Collectors.groupingBy(RunData::task, TreeMap::new, Collectors.toList()));
      byTask.forEach((task, its) -> parts.add(task + ", " + Figures.plural(its.size(), "run")));
    }
    return "Stride: " + String.join("; ", parts);
  }

  /**
   * The page.
   *
   * @param title its heading
   * @return HTML; the same for the same folders
   */
  public String toHtml(String title) {
    var page = new Page();
    boolean profiled = results.stream().anyMatch(folder -> !folder.profiles().isEmpty());
    DoubtsSection.write(page, results, baselines);
    if (profiled) {
      SummarySection.write(page, results);
    }
    if (!results.isEmpty()) {
      MachineSection.write(page, results);
    }
    if (profiled) {
      RatesSection.write(page, results);
    }
    if (!PeersSection.isEmpty(results)) {
      PeersSection.write(page, results);
    }
    if (profiled) {
      StagesSection.write(page, results);
    }
    if (!LatencySection.isEmpty(results)) {
      LatencySection.write(page, results);
    }
    if (!BenchmarksSection.isEmpty(results)) {
      BenchmarksSection.write(page, results);
    }
    if (!RatiosSection.isEmpty(results)) {
      RatiosSection.write(page, results);
    }
    if (!ReturnsSection.isEmpty(results)) {
      ReturnsSection.write(page, results);
    }
    if (!runs.isEmpty()) {
      LearningSection.write(page, runs, references);
    }
    return page.toHtml(title);
  }

  /**
   * Writes the page.
   *
   * @param out a file; one that is there is replaced when the new one is complete
   * @param title heading of the page
   * @throws FileException if it cannot be written; then nothing has changed
   */
  public void write(Path out, String title) {
    String html = toHtml(title);
    try {
      AtomicFile.write(out, html);
    } catch (IOException e) {
      throw FileException.cannot("write", out, e);
    }
  }
}
