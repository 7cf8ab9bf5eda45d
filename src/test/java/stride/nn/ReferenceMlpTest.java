package stride.nn;

final class ReferenceMlpTest extends AbstractMlpTest {
  ReferenceMlpTest() {
    super(Backend.REFERENCE);
  }
}
