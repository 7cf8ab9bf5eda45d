package stride.cli;

import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Option;
import stride.env.Tasks;
import stride.train.RunFolder;

/** A command that tries many configurations over the same seeds, into a folder of its own. */
abstract class StudyCommand extends TrialsCommand {
  @Option(
      names = "--seeds",
      paramLabel = "N|A..B",
      converter = Seeds.Converter.class,
      description =
          "seeds 1 to N, or A to B, of each configuration: "
              + Seeds.RANGE
              + " (default: 3 of a sweep; 5 of an ablation, which takes two or more)")
  private Seeds seeds;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description =
          "folder of the results; holds one sweep or ablation"
              + " (default: runs/sweeps/TASK__ALGO or runs/ablations/TASK__ALGO)")
  private Path out;

  /** The seeds of each configuration. */
  final List<Long> seeds(int usual, int least) {
    return seeds == null ? new Seeds(1, usual).list() : seeds.given(least);
  }

  /** Where results go. */
  final Path folder(String kind) {
    return out != null
        ? out
        : RunFolder.RUNS
            .resolve(kind)
            .resolve(Tasks.fileName(task) + "__" + options.algorithm().name());
  }
}
