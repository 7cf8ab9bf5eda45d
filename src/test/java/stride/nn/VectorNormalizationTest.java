package stride.nn;

import org.junit.jupiter.api.Tag;

@Tag("vector")
final class VectorNormalizationTest extends AbstractNormalizationTest {
  VectorNormalizationTest() {
    super(Backend.CPU);
  }
}
