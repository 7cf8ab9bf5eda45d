package stride.cli;

import java.util.Optional;
import stride.lab.process.ChildProcess;

/**
 * Ends a process that another Stride started for its own purposes when that one is gone: the
 * trainings of a {@code stride verify} that was killed would else go on for nobody.
 */
final class ParentWatch {
  private static final int EVERY_MILLIS = 500;
  private static final int TERMINATED = 128 + 15;

  private ParentWatch() {}

  /** Begins to watch, if there is such a parent. */
  static void begin() {
    String pid = System.getenv(ChildProcess.PARENT_PID);
    if (pid != null) {
      Thread.ofPlatform().daemon().name("stride-parent").start(() -> watch(pid));
    }
  }

  /**
   * A process whose parent has ended gets another one at once, which a look at the parent's own
   * entry does not show: it stays until somebody has asked for its exit code.
   */
  private static void watch(String pid) {
    try {
      while (isAncestor(pid)) {
        Thread.sleep(EVERY_MILLIS);
      }
    } catch (InterruptedException e) {
      return; // nobody does that
    }
    System.exit(TERMINATED); // as if the parent had sent TERM: what is at work saves
  }

  /** A shell or another program may stand in between. */
  private static boolean isAncestor(String pid) {
    Optional<ProcessHandle> ancestor = ProcessHandle.current().parent();
    while (ancestor.isPresent()) {
      if (pid.equals(Long.toString(ancestor.get().pid()))) {
        return true;
      }
      ancestor = ancestor.get().parent();
    }
    return false;
  }
}
