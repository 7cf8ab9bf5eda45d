package stride.nn;

final class ReferenceOptimizationTest extends AbstractOptimizationTest {
  ReferenceOptimizationTest() {
    super(Backend.REFERENCE);
  }
}
