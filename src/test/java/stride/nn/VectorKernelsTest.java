package stride.nn;

import org.junit.jupiter.api.Tag;

@Tag("vector")
final class VectorKernelsTest extends AbstractKernelsTest {
  VectorKernelsTest() {
    super(Backend.CPU);
  }
}
