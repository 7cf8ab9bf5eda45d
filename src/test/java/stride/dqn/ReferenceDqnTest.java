package stride.dqn;

import stride.nn.Backend;

final class ReferenceDqnTest extends AbstractDqnTest {
  ReferenceDqnTest() {
    super(Backend.REFERENCE);
  }
}
