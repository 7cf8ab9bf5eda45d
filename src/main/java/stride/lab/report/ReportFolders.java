package stride.lab.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import stride.files.FileException;
import stride.lab.LabException;
import stride.results.Results;
import stride.train.RunRecord;

/**
 * The folders of results and of runs among those given and below them.
 *
 * @param found in order, each once
 * @param empty those given that have neither
 */
record ReportFolders(List<Path> found, List<Path> empty) {

  /**
   * Looks for them.
   *
   * @param given folders
   * @throws LabException if one is no folder, or there is nothing in any of them
   */
  static ReportFolders among(List<Path> given) {
    Set<Path> found = new LinkedHashSet<>();
    List<Path> empty = new ArrayList<>();
    for (Path folder : given) {
      if (!Files.isDirectory(folder)) {
        throw new LabException(
            folder + (Files.exists(folder) ? " is no folder" : " does not exist"));
      }
      Path absolute = folder.toAbsolutePath().normalize();
      if (RunRecord.isOne(absolute)) {
        found.add(absolute);
      } else if (!addAll(found, absolute)) {
        empty.add(folder);
      }
    }
    if (found.isEmpty()) {
      throw new LabException(
          empty.getFirst()
              + " is neither a results folder (it has no machine.json) nor a run folder"
              + " (no config.json), and holds none");
    }
    return new ReportFolders(List.copyOf(found), empty);
  }

  /** Whether the folder is one or has one below; those of a run or of results are their own. */
  private static boolean addAll(Set<Path> found, Path folder) {
    if (Results.isOne(folder) || RunRecord.isBegun(folder)) {
      found.add(folder);
      return true;
    }
    boolean any = false;
    try (Stream<Path> below = Files.list(folder)) {
      for (Path path : below.sorted().toList()) {
        any |= Files.isDirectory(path) && !Files.isSymbolicLink(path) && addAll(found, path);
      }
    } catch (IOException e) {
      throw FileException.cannot("read", folder, e);
    }
    return any;
  }
}
