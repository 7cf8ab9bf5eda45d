package stride.cli;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A disk with hardly any room, in a name space of its own, so that nobody else sees it mounted. */
final class SmallDisk {
  private SmallDisk() {}

  /** Skips the test where nothing may be mounted. */
  static void require(Path disk) throws InterruptedException {
    assumeTrue(canMount(disk), "cannot mount a small disk, even in a name space of its own");
  }

  private static boolean canMount(Path disk) throws InterruptedException {
    String mount = "mount -t tmpfs -o size=100k none " + disk;
    try {
      return new ProcessBuilder("unshare", "-rm", "sh", "-c", mount).start().waitFor() == 0;
    } catch (IOException e) {
      return false; // no such program
    }
  }

  /**
   * Runs a command of Stride.
   *
   * @param disk a folder, where the disk is mounted
   * @param kilobytes its size
   * @param saved a folder with what is on the disk before, and then also what is there afterwards
   */
  static Outcome run(Path disk, int kilobytes, Path saved, List<String> args)
      throws IOException, InterruptedException {
    return run(disk, kilobytes, saved, StrideProcess.quickFlags(), args);
  }

  static Outcome run(Path disk, int kilobytes, Path saved, List<String> flags, List<String> args)
      throws IOException, InterruptedException {
    String script =
        """
        mount -t tmpfs -o size="$1"k none "$2" || exit 77
        disk=$2; saved=$3; shift 3
        cp -r "$saved"/. "$disk" || exit 78
        "$@"; status=$?
        cp -r "$disk"/. "$saved"
        exit $status
        """;
    List<String> command = new ArrayList<>(List.of("unshare", "-rm", "sh", "-c", script, "sh"));
    command.addAll(List.of(Integer.toString(kilobytes), disk.toString(), saved.toString()));
    command.addAll(StrideProcess.command(flags, args));
    return Outcome.of(StrideProcess.builder(command, saved.getParent()), saved.getParent());
  }
}
