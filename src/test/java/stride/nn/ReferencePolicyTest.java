package stride.nn;

final class ReferencePolicyTest extends AbstractPolicyTest {
  ReferencePolicyTest() {
    super(Backend.REFERENCE);
  }
}
