package stride.nn;

final class ReferenceConvolutionTest extends AbstractConvolutionTest {
  ReferenceConvolutionTest() {
    super(Backend.REFERENCE);
  }
}
