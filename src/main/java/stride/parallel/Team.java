package stride.parallel;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.concurrent.locks.LockSupport;

/**
 * A fixed number of threads that do one piece of work together, again and again.
 *
 * <p>{@link #run} belongs to one thread at a time, which is member 0 of every run, and a second one
 * is refused; {@link #barrier} belongs to the members of the current run. Closing is idempotent,
 * and refused during a run.
 */
public final class Team implements AutoCloseable {
  /** What every member does. */
  @FunctionalInterface
  public interface Work {
    /**
     * Does one member's part.
     *
     * @param member in [0, size)
     */
    void run(int member);
  }

  // handing a cache line over takes about 0.1 us, so spinning pays for work of a few us
  private static final int SPINS = 2_000;
  // about a millisecond of yielding before an idle member parks
  private static final int YIELDS = 1_000;

  private static final ThreadMXBean CPU = ManagementFactory.getThreadMXBean();
  private static final VarHandle CELL = MethodHandles.arrayElementVarHandle(long[].class);
  private static final VarHandle WORK;

  static {
    try {
      WORK = MethodHandles.lookup().findVarHandle(Team.class, "work", Work.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  // shared counters, each alone on two cache lines: prefetchers fetch lines in pairs
  private static final int GENERATION = 16;
  private static final int PENDING = 32;
  private static final int ARRIVALS = 48;
  private static final int CELLS = 64;

  private final long[] cells = new long[CELLS];
  private final long[] cpuNanos; // per member, 16 apart
  private final Member[] members; // without the caller
  private final int size;
  private volatile Throwable failure;
  private volatile boolean closed;
  private Work work; // null between runs; whoever sets it runs, and the generation publishes it

  /**
   * Starts a team.
   *
   * @param size members, the caller included, at least 1
   */
  public Team(int size) {
    if (size < 1) {
      throw new IllegalArgumentException("size=" + size + ", required: >= 1");
    }
    this.size = size;
    this.cpuNanos = new long[16 * size];
    this.members = new Member[size - 1];
    for (int i = 0; i < members.length; i++) {
      members[i] = new Member(i + 1);
      members[i].start();
    }
  }

  /** The number of threads, the caller's included. */
  public int size() {
    return size;
  }

  /**
   * Does work on all members and returns when the last is done; what they wrote is then visible
   * here.
   *
   * @param newWork called once on every member
   * @throws IllegalStateException if the team is closed or already running
   * @throws RuntimeException what the first failing member threw; likewise errors
   */
  public void run(Work newWork) {
    if (!WORK.compareAndSet(this, null, newWork)) {
      throw new IllegalStateException(closed ? "team is closed" : "team is already running");
    }
    failure = null;
    CELL.setVolatile(cells, ARRIVALS, 0L);
    CELL.setVolatile(cells, PENDING, (long) members.length);
    CELL.getAndAdd(cells, GENERATION, 1L);
    for (Member member : members) {
      if (member.parked) {
        LockSupport.unpark(member);
      }
    }
    doPart(0);
    for (int spins = 0; (long) CELL.getAcquire(cells, PENDING) != 0; spins++) {
      pause(spins);
    }
    Throwable thrown = failure;
    WORK.setRelease(this, null);
    if (thrown instanceof RuntimeException e) {
      throw e;
    }
    if (thrown instanceof Error e) {
      throw e;
    }
  }

  /**
   * Waits within a run until every member has come here; what they wrote before is then visible.
   *
   * @throws IllegalStateException if another member has failed and will not come
   */
  public void barrier() {
    if (size == 1) {
      return;
    }
    long arrived = (long) CELL.getAndAdd(cells, ARRIVALS, 1L);
    long goal = arrived - arrived % size + size;
    for (int spins = 0; (long) CELL.getAcquire(cells, ARRIVALS) < goal; spins++) {
      if (failure != null) {
        throw new IllegalStateException("another member of the team has failed", failure);
      }
      pause(spins);
    }
  }

  /**
   * The processor time that members have spent in work since the team started. It includes waiting
   * at a run's barriers, but not waiting at the end of a run.
   *
   * @return nanoseconds, summed over members; call between runs
   */
  public long cpuNanos() {
    long sum = 0;
    for (int member = 0; member < size; member++) {
      sum += cpuNanos[16 * member];
    }
    return sum;
  }

  @SuppressWarnings("ThreadPriorityCheck") // more threads than cores: the awaited thread needs one
  private static void pause(int spins) {
    if (spins < SPINS) {
      Thread.onSpinWait();
    } else {
      Thread.yield();
    }
  }

  private void doPart(int member) {
    long start = CPU.getCurrentThreadCpuTime();
    try {
      work.run(member);
    } catch (Throwable t) {
      fail(t);
    }
    cpuNanos[16 * member] += CPU.getCurrentThreadCpuTime() - start;
  }

  private synchronized void fail(Throwable t) {
    if (failure == null) {
      failure = t;
    }
  }

  /**
   * Ends the threads.
   *
   * @throws IllegalStateException if the team is running; its members would wait for one another
   */
  @Override
  public void close() {
    if (closed) {
      return;
    }
    // the last run's work: none can follow
    if (!WORK.compareAndSet(this, null, (Work) member -> {})) {
      throw new IllegalStateException("team is running");
    }
    closed = true;
    CELL.getAndAdd(cells, GENERATION, 1L);
    for (Member member : members) {
      LockSupport.unpark(member);
    }
    boolean interrupted = false;
    for (Member member : members) {
      while (true) {
        try {
          member.join();
          break;
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private final class Member extends Thread {
    private final int number;
    private volatile boolean parked;

    Member(int number) {
      super("stride-" + number);
      this.number = number;
      setDaemon(true);
    }

    @Override
    public void run() {
      long seen = 0;
      while (true) {
        seen = awaitGeneration(seen);
        if (closed) {
          return;
        }
        doPart(number);
        CELL.getAndAdd(cells, PENDING, -1L);
      }
    }

    private long awaitGeneration(long seen) {
      for (int spins = 0; ; spins++) {
        long generation = (long) CELL.getVolatile(cells, GENERATION);
        if (generation != seen) {
          return generation;
        }
        if (spins < SPINS + YIELDS) {
          pause(spins);
        } else {
          parked = true;
          // looked at again after saying so: whoever raised it before that could not know to unpark
          if ((long) CELL.getVolatile(cells, GENERATION) == seen) {
            LockSupport.park(Team.this);
          }
          parked = false;
        }
      }
    }
  }
}
