package stride.ppo;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import stride.cuda.AnyDevice;
import stride.nn.Backend;

@Tag("gpu")
final class CudaGradientTest extends AbstractGradientTest {
  CudaGradientTest() {
    super(Backend.CUDA);
  }

  @BeforeAll
  static void needsADevice() {
    AnyDevice.require();
  }
}
