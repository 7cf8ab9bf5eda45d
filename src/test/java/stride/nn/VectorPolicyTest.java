package stride.nn;

import org.junit.jupiter.api.Tag;

@Tag("vector")
final class VectorPolicyTest extends AbstractPolicyTest {
  VectorPolicyTest() {
    super(Backend.CPU);
  }
}
