package stride.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;

import org.junit.jupiter.api.Test;

/** What NVIDIA's data sheets say of two cards. */
final class LimitsTest {
  private static final long GIB = 1L << 30;

  private static Device.Limits limits(
      String capability, int multiprocessors, long megahertz, long memoryMegahertz, int bits) {
    return new Device.Limits(
        "test",
        capability,
        80 * GIB,
        multiprocessors,
        100_000,
        true,
        true,
        megahertz * 1_000_000,
        memoryMegahertz * 1_000_000,
        bits);
  }

  @Test
  void areThoseOfTheDataSheets() {
    Device.Limits h200 = limits("9.0", 132, 1980, 3201, 6144);
    assertThat(h200.flopPerSecond()).isCloseTo(67e12, withinPercentage(1));
    assertThat(h200.memoryBytesPerSecond()).isCloseTo(4.8e12, withinPercentage(3));
    Device.Limits a100 = limits("8.0", 108, 1410, 1215, 5120);
    assertThat(a100.flopPerSecond()).isCloseTo(19.5e12, withinPercentage(1));
    assertThat(a100.memoryBytesPerSecond()).isCloseTo(1.555e12, withinPercentage(1));
  }
}
