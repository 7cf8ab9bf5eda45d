package stride.nn;

import org.junit.jupiter.api.Tag;

@Tag("vector")
final class VectorOptimizationTest extends AbstractOptimizationTest {
  VectorOptimizationTest() {
    super(Backend.CPU);
  }
}
