package stride.memory;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is left of a machine's memory and of the limits of its control groups. */
class FreeMemoryTest {
  @TempDir Path root;

  private void write(String file, String content) throws IOException {
    Path path = root.resolve(file);
    Files.createDirectories(path.getParent());
    Files.writeString(path, content);
  }

  private void machine(long kilobytes) throws IOException {
    write("proc/meminfo", "MemTotal: 9999999 kB\nMemAvailable:   " + kilobytes + " kB\n");
  }

  @Test
  void isWhatTheMachineHasAvailable() throws IOException {
    machine(1000);
    assertThat(FreeMemory.bytes(root)).isEqualTo(1_024_000);
    assertThat(FreeMemory.bytes()).isBetween(1L, Long.MAX_VALUE - 1);
  }

  @Test
  void isUnknownWhereNothingSaysIt() {
    assertThat(FreeMemory.bytes(root)).isEqualTo(Long.MAX_VALUE);
  }

  @Test
  void isTheLeastThatAGroupOrOneAroundItHasLeft() throws IOException {
    machine(1000);
    write("proc/self/cgroup", "0::/outer/inner\n");
    write("sys/fs/cgroup/outer/inner/memory.max", "max\n");
    write("sys/fs/cgroup/outer/inner/memory.current", "10\n");
    assertThat(FreeMemory.bytes(root)).isEqualTo(1_024_000);
    write("sys/fs/cgroup/outer/memory.max", "5000\n");
    write("sys/fs/cgroup/outer/memory.current", "3000\n");
    assertThat(FreeMemory.bytes(root)).isEqualTo(2000);
    write("sys/fs/cgroup/outer/memory.stat", "anon 2000\ninactive_file 500\n");
    assertThat(FreeMemory.bytes(root)).isEqualTo(2500);
  }

  @Test
  void isReadFromGroupsOfVersionOneToo() throws IOException {
    machine(1000);
    write("proc/self/cgroup", "5:devices:/\n4:memory:/a/b\n0::/\n");
    write("sys/fs/cgroup/memory/memory.limit_in_bytes", "9223372036854771712\n");
    write("sys/fs/cgroup/memory/memory.usage_in_bytes", "7\n");
    write("sys/fs/cgroup/memory/a/b/memory.limit_in_bytes", "4000\n");
    write("sys/fs/cgroup/memory/a/b/memory.usage_in_bytes", "4100\n");
    assertThat(FreeMemory.bytes(root)).isZero();
    write("sys/fs/cgroup/memory/a/b/memory.stat", "total_inactive_file 300\n");
    assertThat(FreeMemory.bytes(root)).isEqualTo(200);
  }

  @Test
  void aContainersGroupIsTheMountItself() throws IOException {
    machine(1000);
    write("proc/self/cgroup", "0::/docker/of-the-host\n");
    write("sys/fs/cgroup/memory.max", "600\n");
    write("sys/fs/cgroup/memory.current", "100\n");
    assertThat(FreeMemory.bytes(root)).isEqualTo(500);
  }
}
