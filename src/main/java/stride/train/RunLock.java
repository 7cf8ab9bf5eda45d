package stride.train;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * One process on a folder at a time.
 *
 * <p>The system holds the lock, and lets go of it when the process ends, however it ends: the file
 * stays behind and says nothing but who had it last.
 */
public final class RunLock implements AutoCloseable {
  /** The file's name. */
  static final String NAME = "lock";

  private final FileChannel channel;

  private RunLock(FileChannel channel) {
    this.channel = channel;
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
    try {
      FileChannel channel =
          FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      try {
        if (!tryLock(channel)) {
          throw new TrainException(folder + " is in use by process " + owner(file));
        }
        String pid = ProcessHandle.current().pid() + "\n";
        channel.truncate(0);
        AtomicFile.writeAll(channel, ByteBuffer.wrap(pid.getBytes(StandardCharsets.UTF_8)));
        return new RunLock(channel);
      } catch (IOException | RuntimeException e) {
        channel.close();
        throw e;
      }
    } catch (IOException e) {
      throw new TrainException("cannot lock " + file + ": " + TrainException.reason(e), e);
    }
  }

  private static boolean tryLock(FileChannel channel) throws IOException {
    try {
      FileLock lock = channel.tryLock();
      return lock != null;
    } catch (OverlappingFileLockException e) {
      return false; // this very process has it
    }
  }

  private static String owner(Path file) throws IOException {
    return Files.readString(file, StandardCharsets.ISO_8859_1).strip();
  }

  /** Lets go; the file stays, since another process may be about to lock it. */
  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw new TrainException("cannot unlock: " + TrainException.reason(e), e);
    }
  }
}
