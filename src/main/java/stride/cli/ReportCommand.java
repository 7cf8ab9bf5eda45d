package stride.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import stride.files.FileException;
import stride.home.Home;
import stride.lab.report.ReferenceReturns;
import stride.lab.report.Report;

/** One HTML page with plots. */
@Command(
    name = "report",
    description = {
      "Writes one HTML page with plots and tables of results folders and runs.",
      "The page needs no network and no other file. docs/reading-results.md says how to read it."
    },
    footer = {"", "Example: stride report bench-results/RUN runs/* --out report.html"})
final class ReportCommand implements Callable<Integer>, CommonOptions.Holder {
  @Mixin CommonOptions common;

  @Parameters(
      arity = "1..*",
      paramLabel = "DIR",
      description = "folders of bench-results, and of runs for learning curves, or what holds them")
  List<Path> folders;

  @Option(
      names = "--out",
      paramLabel = "FILE",
      required = true,
      description = "HTML file to write; it replaces an older one when it is complete (required)")
  Path out;

  @Option(
      names = "--title",
      paramLabel = "TEXT",
      description = "heading of the page (default: what is in it)")
  String title;

  @Override
  public CommonOptions common() {
    return common;
  }

  @Override
  public Integer call() {
    Path references = Home.folder().resolve("peers/reference-returns.json");
    Report report =
        Report.of(folders).beside(ReferenceReturns.read(references)).heldTo(Home.results());
    report.write(out, title != null ? title : report.title());
    report.empty().forEach(folder -> common.err().println("no results and no runs in " + folder));
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("path", out.toString());
    json.put("bytes", size());
    json.put("results", report.resultsCount());
    json.put("runs", report.runCount());
    common.print(
        json,
        "%s: results folders %d, runs %d, %.2f MB%n"
            .formatted(out, report.resultsCount(), report.runCount(), size() * 1e-6));
    return 0;
  }

  private long size() {
    try {
      return Files.size(out);
    } catch (IOException e) {
      throw FileException.cannot("read", out, e);
    }
  }
}
