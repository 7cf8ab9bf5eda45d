package stride.files;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;

/**
 * The right to change a file that others change too: who reads it, then writes it, holds this in
 * between, so that no change of another is lost.
 *
 * <p>Kept by a lock of the system on an empty file beside it, {@code .FILE.lock}. The lock ends
 * with the process, however that ends. The file stays: were it deleted, those who have opened it
 * would lock another than those who come later.
 */
public final class FileGuard implements AutoCloseable {
  // the system's locks belong to the process as a whole: its threads need some of their own
  private static final Map<Path, Semaphore> IN_THIS_PROCESS = new ConcurrentHashMap<>();

  private final FileChannel channel;
  private final Semaphore turn;

  private FileGuard(FileChannel channel, Semaphore turn) {
    this.channel = channel;
    this.turn = turn;
  }

  /**
   * Waits until no other holds it. A thread that holds it must not ask again.
   *
   * @param file need not be there; its folder must
   * @return to be closed
   * @throws IOException if the file beside it cannot be made or locked
   */
  public static FileGuard of(Path file) throws IOException {
    Path lock = lockOf(file);
    Semaphore turn = turnOf(lock);
    turn.acquireUninterruptibly();
    return holding(lock, turn, true);
  }

  /**
   * Does not wait.
   *
   * @param file need not be there; its folder must
   * @return to be closed; empty if another thread or process holds it
   * @throws IOException if the file beside it cannot be made or locked
   */
  public static Optional<FileGuard> ifFree(Path file) throws IOException {
    Path lock = lockOf(file);
    Semaphore turn = turnOf(lock);
    return turn.tryAcquire() ? Optional.ofNullable(holding(lock, turn, false)) : Optional.empty();
  }

  private static Path lockOf(Path file) throws IOException {
    Path folder = file.toAbsolutePath().getParent().toRealPath();
    return folder.resolve("." + file.getFileName() + ".lock");
  }

  private static Semaphore turnOf(Path lock) {
    return IN_THIS_PROCESS.computeIfAbsent(lock, _ -> new Semaphore(1, true));
  }

  /** Null if another process holds it and this one is not to wait; the turn is given back then. */
  private static FileGuard holding(Path lock, Semaphore turn, boolean wait) throws IOException {
    FileGuard held = null;
    FileChannel channel = null;
    try {
      // nobody else in this process may open it: closing it would end the lock
      channel =
          FileChannel.open(
              lock, StandardOpenOption.CREATE, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);
      if ((wait ? channel.lock() : channel.tryLock()) != null) {
        held = new FileGuard(channel, turn);
      }
      return held;
    } finally {
      if (held == null) {
        if (channel != null) {
          channel.close();
        }
        turn.release();
      }
    }
  }

  /** Lets go; idempotent. */
  @Override
  public void close() throws IOException {
    if (channel.isOpen()) {
      channel.close();
      turn.release();
    }
  }
}
