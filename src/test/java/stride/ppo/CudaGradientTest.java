package stride.ppo;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import stride.cuda.AnyDevice;
import stride.nn.Backend;

@Tag("gpu")
@Tag("long") // a minute on the emulation; updates are compared with the CPU
final class CudaGradientTest extends AbstractGradientTest {
  CudaGradientTest() {
    super(Backend.CUDA);
  }

  @BeforeAll
  static void needsADevice() {
    AnyDevice.require();
  }
}
