package stride.train;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import stride.files.AtomicFile;
import stride.files.FileException;

/**
 * One process on a folder at a time.
 *
 * <p>The system holds the lock, and lets go of it when the process ends, however it ends: the file
 * stays behind and says nothing but who had it last.
 */
public final class RunLock implements AutoCloseable {
  /** The file's name. */
  static final String NAME = "lock";

  // a process that opens the file once more, and closes it, lets go of its own lock
  private static final Set<Path> IN_THIS_PROCESS = ConcurrentHashMap.newKeySet();

  private final FileChannel channel;
  private final Path place;

  private RunLock(FileChannel channel, Path place) {
    this.channel = channel;
    this.place = place;
  }

  /**
   * Takes the lock of a folder.
   *
   * @param folder which exists
   * @return the lock, to be closed
   * @throws TrainException saying who has it
   */
  public static RunLock take(Path folder) {
    Path file = folder.resolve(NAME);
    Path place = place(folder);
    if (!IN_THIS_PROCESS.add(place)) {
      throw inUse(folder, Long.toString(ProcessHandle.current().pid()));
    }
    boolean taken = false;
    try {
      FileChannel channel =
          FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      try {
        if (channel.tryLock() == null) {
          throw inUse(folder, Files.readString(file, StandardCharsets.ISO_8859_1).strip());
        }
        String pid = ProcessHandle.current().pid() + "\n";
        channel.truncate(0);
        AtomicFile.writeAll(channel, ByteBuffer.wrap(pid.getBytes(StandardCharsets.UTF_8)));
        taken = true;
        return new RunLock(channel, place);
      } catch (IOException | RuntimeException e) {
        channel.close();
        throw e;
      }
    } catch (IOException e) {
      throw FileException.cannot("lock", file, e);
    } finally {
      if (!taken) {
        IN_THIS_PROCESS.remove(place);
      }
    }
  }

  /**
   * Whether somebody works on a folder.
   *
   * @param folder which exists
   * @return false if nobody does, or ever did
   * @throws FileException if the system does not say
   */
  public static boolean isTaken(Path folder) {
    if (IN_THIS_PROCESS.contains(place(folder))) {
      return true;
    }
    Path file = folder.resolve(NAME);
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
        FileLock lock = channel.tryLock(0, Long.MAX_VALUE, true)) {
      return lock == null;
    } catch (NoSuchFileException e) {
      return false;
    } catch (IOException e) {
      throw FileException.cannot("lock", file, e);
    }
  }

  private static Path place(Path folder) {
    try {
      return folder.toRealPath();
    } catch (IOException e) {
      throw FileException.cannot("lock", folder, e);
    }
  }

  private static TrainException inUse(Path folder, String process) {
    return new TrainException(folder + " is in use by process " + process);
  }

  /** Lets go; the file stays, since another process may be about to lock it. */
  @Override
  public void close() {
    try {
      if (channel.isOpen()) {
        channel.close();
        IN_THIS_PROCESS.remove(place);
      }
    } catch (IOException e) {
      throw FileException.cannot("unlock", place, e);
    }
  }
}
