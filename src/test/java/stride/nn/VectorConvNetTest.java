package stride.nn;

import org.junit.jupiter.api.Tag;

@Tag("vector")
final class VectorConvNetTest extends AbstractConvNetTest {
  VectorConvNetTest() {
    super(Backend.CPU);
  }
}
