package stride.sac;

import stride.nn.Backend;

final class ReferenceSacTest extends AbstractSacTest {
  ReferenceSacTest() {
    super(Backend.REFERENCE);
  }
}
