package stride.ppo;

import stride.nn.Backend;

final class ReferenceSharedBackboneTest extends AbstractSharedBackboneTest {
  ReferenceSharedBackboneTest() {
    super(Backend.REFERENCE);
  }
}
