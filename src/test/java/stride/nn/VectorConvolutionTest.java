package stride.nn;

import org.junit.jupiter.api.Tag;

@Tag("vector")
final class VectorConvolutionTest extends AbstractConvolutionTest {
  VectorConvolutionTest() {
    super(Backend.CPU);
  }
}
