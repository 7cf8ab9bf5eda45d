package stride.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import stride.learn.Backends;

final class BackendTest {
  @ParameterizedTest
  @EnumSource(Backend.class)
  void isFoundByItsName(Backend backend) {
    assertThat(Backend.of(backend.toString())).isEqualTo(backend);
  }

  @ParameterizedTest
  @EnumSource(names = {"REFERENCE", "CPU"})
  void runsHere(Backend backend) {
    assertThat(backend.missing()).isEmpty();
    assertThat(Backends.kernels(backend).backend()).isEqualTo(backend);
  }

  /** On whatever the machine has: a device, its emulation, or neither. */
  @Test
  void onTheHostOfADeviceTheKernelsAreTheCpus() {
    Backend.CUDA
        .missing()
        .ifPresentOrElse(
            reason ->
                assertThatThrownBy(() -> Backends.kernels(Backend.CUDA))
                    .isInstanceOf(BackendUnavailableException.class)
                    .hasMessage("backend cuda: " + reason),
            () -> assertThat(Backends.kernels(Backend.CUDA).backend()).isEqualTo(Backend.CPU));
  }

  @Test
  void rejectsUnknownNames() {
    assertThatThrownBy(() -> Backend.of("CPU"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("backend=CPU, required: one of [reference, cpu, cuda]");
  }

  @Test
  void namesTheMissingModuleInsteadOfFallingBack() {
    ChildJvm.Result result = ChildJvm.run(AskForCpu.class, List.of());
    assertThat(result.exitCode()).isZero();
    assertThat(result.output())
        .contains("reference works")
        .contains("backend cpu: no jdk.incubator.vector: start java with --add-modules");
  }

  /** A program for a JVM without the Vector API. */
  static final class AskForCpu {
    private AskForCpu() {}

    public static void main(String[] args) {
      System.out.println(Backends.kernels(Backend.of("reference")).backend() + " works");
      try {
        System.out.println(Backends.kernels(Backend.of("cpu")));
      } catch (BackendUnavailableException e) {
        System.out.println(e.getMessage());
      }
    }
  }
}
