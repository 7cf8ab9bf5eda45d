package stride.nn;

final class ReferenceKernelsTest extends AbstractKernelsTest {
  ReferenceKernelsTest() {
    super(Backend.REFERENCE);
  }
}
