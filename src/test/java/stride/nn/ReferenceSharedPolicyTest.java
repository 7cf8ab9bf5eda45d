package stride.nn;

final class ReferenceSharedPolicyTest extends AbstractSharedPolicyTest {
  ReferenceSharedPolicyTest() {
    super(Backend.REFERENCE);
  }
}
