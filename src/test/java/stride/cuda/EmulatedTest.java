package stride.cuda;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** A test on the fake driver: starts with it as new, and ends with nothing left alive. */
abstract class EmulatedTest {
  @BeforeEach
  final void start() {
    FakeDriver.assumeBuilt();
    FakeDriver.reset();
    FakeDriver.assertNothingAlive();
  }

  @AfterEach
  final void end() {
    FakeDriver.assumeBuilt();
    FakeDriver.reset();
    FakeDriver.assertNothingAlive();
  }
}
