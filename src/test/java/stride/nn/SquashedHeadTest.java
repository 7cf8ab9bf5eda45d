package stride.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

final class SquashedHeadTest {
  private static SquashedHead head(float low, float high) {
    return new SquashedHead(List.of(-1f, low), List.of(1f, high));
  }

  @Test
  void actionsReachFromBoundToBound() {
    SquashedHead head = head(-0.5f, 2);
    assertThat(head.actions()).isEqualTo(2);
    assertThat(head.outputs()).isEqualTo(4);
    assertThat(head.outputStride()).isEqualTo(16);
    assertThat(head.scale(0)).isEqualTo(1);
    assertThat(head.bias(0)).isZero();
    assertThat(head.scale(1)).isEqualTo(1.25f);
    assertThat(head.bias(1)).isEqualTo(0.75f);
  }

  @Test
  void boundsThatAreAsWideAsFloatsGoHaveAScale() {
    SquashedHead head = head(-Float.MAX_VALUE, Float.MAX_VALUE);
    assertThat(head.scale(1)).isEqualTo(Float.MAX_VALUE);
    assertThat(head.bias(1)).isZero();
  }

  @Test
  void boundsThatAreNotFiniteAreRefused() {
    assertThatThrownBy(() -> head(Float.NEGATIVE_INFINITY, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "element 1 of an action: low=-Infinity, high=1.0, required: finite for algo=sac");
    assertThatThrownBy(() -> head(0, Float.POSITIVE_INFINITY))
        .hasMessageContaining("high=Infinity");
  }
}
