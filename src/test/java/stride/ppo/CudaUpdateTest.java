package stride.ppo;

import org.junit.jupiter.api.BeforeAll;
import stride.cuda.FakeDriver;
import stride.nn.Backend;

final class CudaUpdateTest extends AbstractUpdateTest {
  CudaUpdateTest() {
    super(Backend.CUDA);
  }

  @BeforeAll
  static void needsTheEmulation() {
    FakeDriver.assumeBuilt();
  }
}
