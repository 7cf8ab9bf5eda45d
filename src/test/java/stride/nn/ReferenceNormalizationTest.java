package stride.nn;

final class ReferenceNormalizationTest extends AbstractNormalizationTest {
  ReferenceNormalizationTest() {
    super(Backend.REFERENCE);
  }
}
