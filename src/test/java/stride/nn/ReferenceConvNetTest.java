package stride.nn;

final class ReferenceConvNetTest extends AbstractConvNetTest {
  ReferenceConvNetTest() {
    super(Backend.REFERENCE);
  }
}
