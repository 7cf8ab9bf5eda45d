package stride.results;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

class ReturnsTableTest {
  // by hand: means 6 and 8, variances 2 and 8, of 2 and 4 values
  private static final List<Double> RETURNS = List.of(5.0, 7.0);
  private static final List<Double> REFERENCE =
      List.of(8.0, 8 - Math.sqrt(12), 8 + Math.sqrt(12), 8.0);

  @Test
  void theTestIsWelchs() {
    // t = (6 - 4) / sqrt(1 + 2) = 1.1547, degrees 9 / (1 + 4 / 3) = 3.857; p by Student's integral
    ReturnsRow row = row("a", RETURNS, REFERENCE);
    assertThat(row.notWorse(0.5)).isCloseTo(0.158, within(0.003));
    assertThat(row.notWorse(0.25)).isCloseTo(0.5, within(1e-9));
    assertThat(row.notWorse(0)).isGreaterThan(0.8);
  }

  @Test
  void showsIntervals() {
    // t of 1 degree at 97.5 % is 12.706, of 3 it is 3.182
    assertThat(
            ReturnsTable.of(
                    List.of(row("Hopper-v5", RETURNS, REFERENCE), row("b", RETURNS, List.of())))
                .toMarkdown())
        .contains("6 ± 13")
        .contains("8 ± 5")
        .contains("(35 %)");
  }

  /** Of 20 seeds two one-sided tests find equal returns within 20 % up to a deviation of 21 %. */
  @Test
  void theMarginIsAsWideAsTheSpreadOfTheReference() {
    assertThat(row("narrow", RETURNS, List.of(85.0, 100.0, 115.0)).margin()).isEqualTo(0.2);
    assertThat(row("wide", RETURNS, List.of(75.0, 100.0, 125.0)).margin()).isEqualTo(0.35);
  }

  @Test
  void whatWasNotMeasuredIsADash() {
    assertThat(
            ReturnsTable.of(
                    List.of(row("a", List.of(), REFERENCE), row("b", List.of(5.0), List.of(8.0))))
                .toMarkdown()
                .replaceAll(" +", " "))
        .contains("| a, cleanrl: the last episodes | 1,000 | 0 | - | 8 ± 5 | 4 | - | - | 0123456 |")
        .contains("| b, cleanrl: the last episodes | 1,000 | 1 | 5 | 8 | 1 | - | - | 0123456 |");
  }

  private static ReturnsRow row(String task, List<Double> returns, List<Double> reference) {
    return new ReturnsRow(
        task, "cleanrl", "the last episodes", "0123456789", 1000, null, returns, reference);
  }
}
