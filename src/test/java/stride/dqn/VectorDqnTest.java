package stride.dqn;

import org.junit.jupiter.api.Tag;
import stride.nn.Backend;

@Tag("vector")
final class VectorDqnTest extends AbstractDqnTest {
  VectorDqnTest() {
    super(Backend.CPU);
  }
}
