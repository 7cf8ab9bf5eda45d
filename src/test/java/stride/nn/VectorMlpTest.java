package stride.nn;

import org.junit.jupiter.api.Tag;

@Tag("vector")
final class VectorMlpTest extends AbstractMlpTest {
  VectorMlpTest() {
    super(Backend.CPU);
  }
}
