package stride.ppo;

import org.junit.jupiter.api.BeforeAll;
import stride.cuda.FakeDriver;
import stride.nn.Backend;

final class CudaGaeTest extends AbstractGaeTest {
  CudaGaeTest() {
    super(Backend.CUDA);
  }

  @BeforeAll
  static void needsTheEmulation() {
    FakeDriver.assumeBuilt();
  }
}
