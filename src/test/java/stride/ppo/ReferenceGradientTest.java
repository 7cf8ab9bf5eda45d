package stride.ppo;

import stride.nn.Backend;

final class ReferenceGradientTest extends AbstractGradientTest {
  ReferenceGradientTest() {
    super(Backend.REFERENCE);
  }
}
