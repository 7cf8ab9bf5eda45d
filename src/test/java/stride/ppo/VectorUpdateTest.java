package stride.ppo;

import org.junit.jupiter.api.Tag;
import stride.nn.Backend;

@Tag("vector")
final class VectorUpdateTest extends AbstractUpdateTest {
  VectorUpdateTest() {
    super(Backend.CPU);
  }
}
