package stride.ppo;

import org.junit.jupiter.api.Tag;
import stride.nn.Backend;

@Tag("vector")
final class VectorGradientTest extends AbstractGradientTest {
  VectorGradientTest() {
    super(Backend.CPU);
  }
}
