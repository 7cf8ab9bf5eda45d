package stride.env;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class ActionSpaceTest {
  @Test
  void countsElements() {
    assertThat(ActionSpace.Box.symmetric(3, 2).elements()).isEqualTo(3);
    assertThat(new ActionSpace.Discrete(7).elements()).isEqualTo(1);
  }

  @Test
  void rejectsBoundsThatAreNone() {
    assertThatThrownBy(() -> new ActionSpace.Box(List.of(), List.of()))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new ActionSpace.Box(List.of(0f), List.of(1f, 2f)))
        .hasMessageContaining("low=1, high=2");
    assertThatThrownBy(() -> new ActionSpace.Box(List.of(1f), List.of(0f)))
        .hasMessageContaining("element 0: low=1.0, high=0.0");
    assertThatThrownBy(() -> new ActionSpace.Box(List.of(Float.NaN), List.of(0f)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new ActionSpace.Discrete(0)).hasMessageContaining("n=0");
  }
}
