package stride.nn;

import org.junit.jupiter.api.Tag;

@Tag("vector")
final class VectorSharedPolicyTest extends AbstractSharedPolicyTest {
  VectorSharedPolicyTest() {
    super(Backend.CPU);
  }
}
