package stride.lab.pages;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class ReturnsTableTest {
  // by hand: means 6 and 8, variances 2 and 8, of 2 and 4 values
  private static final double[] RETURNS = {5, 7};
  private static final double[] REFERENCE = {8, 8 - Math.sqrt(12), 8 + Math.sqrt(12), 8};

  @Test
  void theTestIsWelchs() {
    // t = (6 - 4) / sqrt(1 + 2) = 1.1547, degrees 9 / (1 + 4 / 3) = 3.857; p by Student's integral
    assertThat(ReturnsTable.notWorse(RETURNS, REFERENCE, 0.5)).isCloseTo(0.158, within(0.003));
    assertThat(ReturnsTable.notWorse(RETURNS, REFERENCE, 0.25)).isCloseTo(0.5, within(1e-9));
    assertThat(ReturnsTable.notWorse(RETURNS, REFERENCE, 0)).isGreaterThan(0.8);
  }

  @Test
  void showsIntervals() {
    var table = new ReturnsTable();
    table.add(row("Hopper-v5", REFERENCE));
    table.add(row("CartPole-v1", new double[0]));
    // t of 1 degree at 97.5 % is 12.706, of 3 it is 3.182
    assertThat(table.toMarkdown()).contains("6 ± 13").contains("8 ± 5");
  }

  /** Of 20 seeds two one-sided tests find equal returns within 20 % up to a deviation of 21 %. */
  @Test
  void theMarginIsAsWideAsTheSpreadOfTheReference() {
    assertThat(row("narrow", new double[] {85, 100, 115}).margin()).isEqualTo(0.2);
    assertThat(row("wide", new double[] {75, 100, 125}).margin()).isEqualTo(0.35);
  }

  private static ReturnsRow row(String task, double[] reference) {
    return row(task, RETURNS, reference);
  }

  @Test
  void whatWasNotMeasuredIsADash() {
    var table = new ReturnsTable();
    table.add(row("a", new double[0], REFERENCE));
    table.add(row("b", new double[] {5}, new double[] {8}));
    assertThat(table.toMarkdown().replaceAll(" +", " "))
        .contains("| a, cleanrl: the last episodes | 1,000 | 0 | - | 8 ± 5 | | - | 0123456 |")
        .contains("| b, cleanrl: the last episodes | 1,000 | 1 | 5 | 8 | | - | 0123456 |");
  }

  private static ReturnsRow row(String task, double[] returns, double[] reference) {
    return new ReturnsRow(
        task,
        "cleanrl",
        "the last episodes",
        "0123456789",
        1000,
        returns,
        new double[0],
        reference);
  }
}
