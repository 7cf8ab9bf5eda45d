package stride.ppo;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import stride.cuda.FakeDriver;
import stride.nn.Backend;

/** On a device whose blocks have no shared memory to speak of: every network is a wide one. */
@Tag("long") // a minute on the emulation; wide updates are compared with the CPU
final class CudaWideUpdateTest extends AbstractUpdateTest {
  CudaWideUpdateTest() {
    super(Backend.CUDA);
  }

  @BeforeAll
  static void needsTheEmulation() {
    FakeDriver.assumeBuilt();
  }

  @BeforeEach
  void start() {
    FakeDriver.set("shared_memory", 1024);
  }

  @AfterEach
  void end() {
    FakeDriver.reset();
  }
}
