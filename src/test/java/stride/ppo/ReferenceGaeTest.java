package stride.ppo;

import stride.nn.Backend;

final class ReferenceGaeTest extends AbstractGaeTest {
  ReferenceGaeTest() {
    super(Backend.REFERENCE);
  }
}
