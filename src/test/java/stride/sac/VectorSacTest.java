package stride.sac;

import org.junit.jupiter.api.Tag;
import stride.nn.Backend;

@Tag("vector")
final class VectorSacTest extends AbstractSacTest {
  VectorSacTest() {
    super(Backend.CPU);
  }
}
