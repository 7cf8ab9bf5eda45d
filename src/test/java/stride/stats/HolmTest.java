package stride.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class HolmTest {
  private static final Offset<Double> CLOSE = within(1e-15);

  @Test
  void theLeastIsMultipliedByAllTheNextByOneFewer() {
    assertThat(Holm.adjusted(new double[] {0.01, 0.04, 0.03, 0.005}))
        .containsExactly(new double[] {0.03, 0.06, 0.06, 0.02}, CLOSE); // R's p.adjust, "holm"
  }

  @Test
  void isNeverAboveOneAndKeepsTheOrder() {
    assertThat(Holm.adjusted(new double[] {0.9, 0.8, 0.4})).containsExactly(1, 1, 1);
    assertThat(Holm.adjusted(new double[] {0.001, 0.02, 0.0201}))
        .containsExactly(new double[] {0.003, 0.04, 0.04}, CLOSE);
  }

  @Test
  void oneTestIsItself() {
    assertThat(Holm.adjusted(new double[] {0.2})).containsExactly(0.2);
    assertThat(Holm.adjusted(new double[] {})).isEmpty();
  }
}
