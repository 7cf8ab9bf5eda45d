package stride.memory;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Memory that this process can still have, as Linux tells it. */
public final class FreeMemory {
  private static final long UNKNOWN = Long.MAX_VALUE;

  /**
   * The files of a control group.
   *
   * @param limit bytes, or a word for none
   * @param usage bytes, the page cache included
   * @param reclaimable key in memory.stat: page cache that makes way
   */
  private record GroupFiles(String limit, String usage, String reclaimable) {}

  private static final GroupFiles VERSION_1 =
      new GroupFiles("memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file");
  private static final GroupFiles VERSION_2 =
      new GroupFiles("memory.max", "memory.current", "inactive_file");

  private FreeMemory() {}

  /** Bytes left by the machine and by the limits of all control groups that the process is in. */
  public static long bytes() {
    return bytes(Path.of("/"));
  }

  /**
   * The same.
   *
   * @param root folder of {@code proc} and {@code sys}
   * @return bytes; {@link Long#MAX_VALUE} where nothing is known
   */
  static long bytes(Path root) {
    final Path groups = root.resolve("sys/fs/cgroup");
    long free = kilobytes(value(root.resolve("proc/meminfo"), "MemAvailable:"));
    for (String line : lines(root.resolve("proc/self/cgroup"))) {
      String[] parts = line.split(":", 3); // number, controllers, path
      if (parts.length < 3) {
        continue;
      }
      if (parts[1].isEmpty()) {
        free = Math.min(free, least(groups, parts[2], VERSION_2));
      } else if (List.of(parts[1].split(",")).contains("memory")) {
        free = Math.min(free, least(groups.resolve("memory"), parts[2], VERSION_1));
      }
    }
    return free;
  }

  /** The least that a group or one that it is part of has left. */
  private static long least(Path mount, String path, GroupFiles files) {
    long least = UNKNOWN;
    // in a container the path may be the host's, of which only the mount itself is there
    Path group = mount.resolve(path.substring(1)).normalize();
    while (group.startsWith(mount)) {
      least = Math.min(least, left(group, files));
      group = group.getParent();
    }
    return least;
  }

  private static long left(Path group, GroupFiles files) {
    final long limit = number(group.resolve(files.limit));
    final long usage = number(group.resolve(files.usage));
    if (limit == UNKNOWN || usage == UNKNOWN) {
      return UNKNOWN;
    }
    final long reclaimable = value(group.resolve("memory.stat"), files.reclaimable);
    return Math.max(0, limit - usage + (reclaimable == UNKNOWN ? 0 : reclaimable));
  }

  private static long kilobytes(long value) {
    return value == UNKNOWN ? UNKNOWN : value * 1024;
  }

  /** The number after a key at the start of a line. */
  private static long value(Path file, String key) {
    for (String line : lines(file)) {
      String[] words = line.split("\\s+", 3);
      if (words.length > 1 && words[0].equals(key)) {
        return parse(words[1]);
      }
    }
    return UNKNOWN;
  }

  private static long number(Path file) {
    List<String> lines = lines(file);
    return lines.isEmpty() ? UNKNOWN : parse(lines.getFirst().strip());
  }

  private static long parse(String number) {
    try {
      return Long.parseLong(number);
    } catch (NumberFormatException e) {
      return UNKNOWN; // the word max, or a number beyond all memory
    }
  }

  /** The lines of a file; none if it cannot be read. */
  private static List<String> lines(Path file) {
    try {
      return Files.readAllLines(file);
    } catch (IOException e) {
      return List.of();
    }
  }
}
