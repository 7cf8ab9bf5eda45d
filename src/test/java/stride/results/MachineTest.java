package stride.results;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import stride.files.JsonText;

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

  @TempDir Path temp;

  private static MachineKind kind(Integer family, Integer bits, double memory, String os) {
    return new MachineKind(
        "AMD EPYC", "AuthenticAMD", family, 1, 1, bits, 2, memory, os, "JDK", "4.0.0", null);
  }

  /** Clouds call a processor of 256-bit vectors and one of 512-bit vectors by one name. */
  @Test
  void isMoreThanAMarketName() {
    MachineKind zen3 = kind(25, 256, 24, "Linux 6.1");
    MachineKind zen5 = kind(26, 512, 24, "Linux 6.1");
    assertThat(zen3.slug()).isEqualTo(zen5.slug()).isEqualTo("amd-epyc-2c");
    assertThat(zen3).isNotEqualTo(zen5).isEqualTo(kind(25, 256, 24, "Linux 6.1"));
    assertThat(zen3.differences(zen5))
        .containsExactly("CPU family 25 and 26", "vector bits 256 and 512");
    assertThat(zen3.differences(kind(25, 256, 32, "Linux 6.2")))
        .containsExactly("memory in GiB 24.0 and 32.0", "system Linux 6.1 and Linux 6.2");
  }

  @Test
  void whatIsNotKnownEqualsNothingThatIs() {
    MachineKind known = kind(26, 512, 24, "Linux 6.1");
    assertThat(kind(null, 512, 24, "Linux 6.1").differences(known))
        .containsExactly("CPU family unknown and 26");
    assertThat(kind(null, 512, 24, "Linux 6.1").differences(kind(null, 512, 24, "Linux 6.1")))
        .isEmpty();
    assertThat(MachineKind.of("amd-epyc-2c")).isNotEqualTo(known);
    assertThat(MachineKind.of("amd-epyc-2c").words()).isEqualTo("amd-epyc-2c");
  }

  @ParameterizedTest
  @CsvSource({
    "25276510208, 24", // two boots of one host of 24 GiB
    "25276059648, 24",
    "67430000000, 64",
    "8100000000, 8",
    "2000000000, 1.875",
  })
  void memoryIsTheSameAtEveryBoot(long bytes, double gib) {
    assertThat(Machine.memoryGib(bytes)).isEqualTo(gib);
  }

  @Test
  void readsWhatTheKernelSaysOfTheFirstProcessor() throws IOException {
    Path file = temp.resolve("cpuinfo");
    Files.writeString(
        file,
        """
        processor\t: 0
        vendor_id\t: AuthenticAMD
        cpu family\t: 26
        model\t\t: 2
        model name\t: AMD EPYC
        stepping\t: 1
        flags\t\t: fpu vme

        processor\t: 1
        model name\t: Another
        """);
    assertThat(Machine.cpu(file))
        .containsEntry("vendor_id", "AuthenticAMD")
        .containsEntry("cpu family", "26")
        .containsEntry("model", "2")
        .containsEntry("model name", "AMD EPYC")
        .containsEntry("stepping", "1");
    assertThat(Machine.cpu(temp.resolve("missing"))).isEmpty();
  }

  @Test
  void isReadAsItWasWritten() throws IOException {
    Path file = Files.writeString(temp.resolve("machine.json"), JsonText.file(Machines.epyc()));
    assertThat(Machine.read(file)).isEqualTo(Machines.epyc());
    assertThat(JsonText.file(Machine.read(file))).isEqualTo(Files.readString(file));
  }

  @Test
  void looksAtThisOne() {
    Machine machine = Machine.here(new Revision(Machines.COMMIT, true), "4.0.0", null);
    assertThat(machine.schemaVersion()).isEqualTo(Machine.SCHEMA_VERSION);
    assertThat(machine.cpu()).isNotBlank();
    assertThat(machine.kind())
        .isEqualTo(Machine.here(new Revision("0000000", false), "4.0.0", null).kind());
    if (System.getProperty("os.arch").equals("amd64")) {
      assertThat(machine.cpuVendor()).isNotBlank();
      assertThat(machine.cpuFamily()).isPositive();
      assertThat(machine.cpuModel()).isNotNegative();
      assertThat(machine.cpuStepping()).isNotNegative();
    }
    assertThat(machine.cores()).isEqualTo(Runtime.getRuntime().availableProcessors());
    assertThat(machine.memoryBytes()).isGreaterThan(Runtime.getRuntime().maxMemory() / 2);
    assertThat(machine.os()).startsWith("Linux");
    assertThat(machine.jdk()).contains(System.getProperty("java.vm.version"));
    assertThat(machine.jvmFlags()).contains("-XX:+UseSerialGC").noneMatch(f -> f.contains("/"));
    assertThat(machine.vectorBits()).isIn(64, 128, 256, 512);
    assertThat(machine.mujoco()).isEqualTo("4.0.0");
    assertThat(machine.gpu()).isNull();
    assertThat(machine.commit()).isEqualTo(Machines.COMMIT);
    assertThat(machine.dirty()).isTrue();
    assertThat(machine.slug()).matches("[a-z0-9]+(-[a-z0-9]+)*-" + machine.cores() + "c");
  }
}
