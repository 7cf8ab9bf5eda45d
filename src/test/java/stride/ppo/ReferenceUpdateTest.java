package stride.ppo;

import stride.nn.Backend;

final class ReferenceUpdateTest extends AbstractUpdateTest {
  ReferenceUpdateTest() {
    super(Backend.REFERENCE);
  }
}
