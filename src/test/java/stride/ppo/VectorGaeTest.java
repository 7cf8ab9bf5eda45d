package stride.ppo;

import org.junit.jupiter.api.Tag;
import stride.nn.Backend;

@Tag("vector")
final class VectorGaeTest extends AbstractGaeTest {
  VectorGaeTest() {
    super(Backend.CPU);
  }
}
