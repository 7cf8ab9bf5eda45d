package stride.lab.report;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What makes measurements doubtful, before any of their figures. */
final class DoubtsSection {
  private DoubtsSection() {}

  /** Nothing is written where nothing is doubtful. */
  static void write(Page page, List<ResultsData> all, Optional<Path> baselines) {
    Map<String, List<String>> byFolder = new LinkedHashMap<>();
    all.forEach(results -> byFolder.put(results.name(), results.doubts(baselines)));
    byFolder.values().removeIf(List::isEmpty);
    if (byFolder.isEmpty()) {
      return;
    }
    page.open("doubts", "Doubtful measurements");
    byFolder.forEach(
        (name, doubts) -> {
          if (all.size() > 1) {
            page.heading(name);
          }
          page.list(doubts.stream().map(doubt -> "Warning: " + doubt + ".").toList());
        });
    page.close();
  }
}
