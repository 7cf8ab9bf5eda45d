package stride.lab;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import stride.mujoco.Mujoco;

class MachineTest {
  @ParameterizedTest
  @CsvSource({
    "AMD EPYC, 2, amd-epyc-2c",
    "AMD EPYC 9654 96-Core Processor, 96, amd-epyc-9654-96-core-96c",
    "Intel(R) Xeon(R) CPU @ 2.20GHz, 8, intel-xeon-2-20ghz-8c",
    "Intel(R) Core(TM) i7-1185G7, 4, intel-core-i7-1185g7-4c",
    "amd64, 1, amd64-1c",
  })
  void hasAShortNameForFolders(String cpu, int cores, String slug) {
    assertThat(Machines.of(cpu, cores, false).slug()).isEqualTo(slug);
  }

  @Test
  void looksAtThisOne() {
    Machine machine = Machine.here(new Revision(Machines.COMMIT, true), null);
    assertThat(machine.schemaVersion()).isEqualTo(ResultsFolder.SCHEMA_VERSION);
    assertThat(machine.cpu()).isNotBlank();
    assertThat(machine.cores()).isEqualTo(Runtime.getRuntime().availableProcessors());
    assertThat(machine.memoryBytes()).isGreaterThan(Runtime.getRuntime().maxMemory() / 2);
    assertThat(machine.os()).startsWith("Linux");
    assertThat(machine.jdk()).contains(System.getProperty("java.vm.version"));
    assertThat(machine.jvmFlags()).contains("-XX:+UseSerialGC").noneMatch(f -> f.contains("/"));
    assertThat(machine.vectorBits()).isIn(64, 128, 256, 512);
    assertThat(machine.mujoco()).isEqualTo(Mujoco.version());
    assertThat(machine.gpu()).isNull();
    assertThat(machine.commit()).isEqualTo(Machines.COMMIT);
    assertThat(machine.dirty()).isTrue();
    assertThat(machine.slug()).matches("[a-z0-9]+(-[a-z0-9]+)*-" + machine.cores() + "c");
  }
}
