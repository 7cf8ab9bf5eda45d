package stride.parallel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(600) // a net against hanging
class TeamTest {
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 5})
  void everyMemberWorksOnceARun(int size) {
    try (Team team = new Team(size)) {
      var calls = new AtomicIntegerArray(size);
      for (int run = 0; run < 1000; run++) {
        team.run(calls::incrementAndGet);
      }
      for (int member = 0; member < size; member++) {
        assertThat(calls.get(member)).isEqualTo(1000);
      }
    }
  }

  @Test
  void callerIsMemberZero() {
    try (Team team = new Team(2)) {
      var threads = new Thread[2];
      team.run(member -> threads[member] = Thread.currentThread());
      assertThat(threads[0]).isSameAs(Thread.currentThread());
      assertThat(threads[1]).isNotSameAs(threads[0]);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void barrierShowsWhatOthersWroteBefore(int size) {
    try (Team team = new Team(size)) {
      var round = new int[16 * size]; // plain memory: only the barrier orders it
      var wrong = new AtomicIntegerArray(1);
      team.run(
          member -> {
            for (int k = 1; k <= 5000; k++) {
              round[16 * member] = k;
              team.barrier();
              for (int other = 0; other < size; other++) {
                if (round[16 * other] != k) {
                  wrong.incrementAndGet(0);
                }
              }
              team.barrier();
            }
          });
      assertThat(wrong.get(0)).isZero();
    }
  }

  @Test
  void failureOfAWorkerReachesTheCallerAndFreesTheOthers() {
    try (Team team = new Team(3)) {
      var boom = new IllegalArgumentException("boom");
      assertThatThrownBy(
              () ->
                  team.run(
                      member -> {
                        if (member == 2) {
                          throw boom;
                        }
                        team.barrier(); // member 2 never comes
                      }))
          .isSameAs(boom);
      var calls = new AtomicIntegerArray(3);
      team.run(
          member -> {
            team.barrier();
            calls.incrementAndGet(member);
          });
      assertThat(calls.get(0) + calls.get(1) + calls.get(2)).isEqualTo(3);
    }
  }

  @Test
  void errorsPassAsTheyAre() {
    try (Team team = new Team(2)) {
      assertThatThrownBy(
              () ->
                  team.run(
                      member -> {
                        throw new StackOverflowError("deep");
                      }))
          .isInstanceOf(StackOverflowError.class);
    }
  }

  @Test
  void nestedRunIsRefused() {
    try (Team team = new Team(1)) {
      assertThatThrownBy(() -> team.run(member -> team.run(inner -> {})))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("already running");
      team.run(member -> {});
    }
  }

  /** Two threads that run it at the same moment: one is refused, or comes after the other. */
  @Test
  void twoThreadsAreNeverLetInTogether() throws InterruptedException {
    int rounds = 5_000;
    try (Team team = new Team(1)) {
      var inside = new AtomicInteger();
      var together = new AtomicInteger();
      var arrived = new AtomicInteger();
      Team.Work work =
          member -> {
            if (inside.incrementAndGet() > 1) {
              together.incrementAndGet();
            }
            Thread.onSpinWait();
            inside.decrementAndGet();
          };
      Runnable runs =
          () -> {
            for (int round = 1; round <= rounds; round++) {
              arrived.incrementAndGet();
              while (arrived.get() < 2 * round) {
                Thread.onSpinWait();
              }
              try {
                team.run(work);
              } catch (IllegalStateException e) {
                assertThat(e).hasMessage("team is already running");
              } catch (NullPointerException e) {
                together.incrementAndGet(); // the other's end took the work away
              }
            }
          };
      var other = new Thread(runs);
      other.start();
      runs.run();
      other.join();
      assertThat(together.get()).isZero();
      assertThat(inside.get()).isZero();
    }
  }

  @Test
  void closingDuringARunIsRefused() {
    var team = new Team(2);
    var calls = new AtomicIntegerArray(2);
    assertThatThrownBy(
            () ->
                team.run(
                    member -> {
                      calls.incrementAndGet(member);
                      team.barrier();
                      if (member == 0) {
                        team.close();
                      }
                    }))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("team is running");
    team.run(calls::incrementAndGet);
    assertThat(calls.get(0) + calls.get(1)).isEqualTo(4);
    team.close();
  }

  @Test
  void idleMembersParkAndComeBack() throws InterruptedException {
    try (Team team = new Team(2)) {
      var worker = new Thread[1];
      team.run(
          member -> {
            if (member == 1) {
              worker[0] = Thread.currentThread();
            }
          });
      while (worker[0].getState() != Thread.State.WAITING) {
        Thread.sleep(1);
      }
      var calls = new AtomicIntegerArray(2);
      team.run(calls::incrementAndGet);
      assertThat(calls.get(1)).isEqualTo(1);
    }
  }

  @Test
  void closeEndsTheThreadsAndMayBeRepeated() throws InterruptedException {
    Team team = new Team(3);
    var threads = new Thread[3];
    team.run(member -> threads[member] = Thread.currentThread());
    team.close();
    team.close();
    threads[1].join();
    assertThat(threads[1].isAlive()).isFalse();
    assertThat(threads[2].isAlive()).isFalse();
    assertThatThrownBy(() -> team.run(member -> {}))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("closed");
  }

  @Test
  void countsWorkNotWaitingForOthers() {
    try (Team team = new Team(2)) {
      var release = new CountDownLatch(1);
      long before = team.cpuNanos();
      team.run(
          member -> {
            if (member == 1) {
              LockSupport.parkNanos(200_000_000); // sleeps: no processor time
              release.countDown();
            }
          });
      assertThat(team.cpuNanos() - before).isBetween(0L, 150_000_000L);
    }
  }

  @Test
  void rejectsEmptyTeam() {
    assertThatThrownBy(() -> new Team(0)).hasMessageContaining("size=0");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 7, 64})
  void partsCoverEveryItemOnce(int parts) {
    for (int items : new int[] {0, 1, 5, 64, 1000, Integer.MAX_VALUE}) {
      assertThat(Partition.start(items, 0, parts)).isZero();
      assertThat(Partition.start(items, parts, parts)).isEqualTo(items);
      for (int part = 0; part < parts; part++) {
        int length = Partition.start(items, part + 1, parts) - Partition.start(items, part, parts);
        assertThat(length).isBetween(items / parts, Math.ceilDiv(items, parts));
      }
    }
  }
}
