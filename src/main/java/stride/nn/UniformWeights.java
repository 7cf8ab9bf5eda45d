package stride.nn;

import stride.random.Purpose;
import stride.random.RandomStream;

/**
 * Draws what PyTorch's linear layers begin with: uniform within ± 1 / √inputs, which is He's
 * initialisation ("Delving deep into rectifiers", 2015) at PyTorch's negative slope of √5.
 */
final class UniformWeights {
  private final RandomStream random;

  UniformWeights(long seed) {
    this.random = new RandomStream(seed, Purpose.PARAMETERS);
  }

  /** Elements of a layer's weight or bias, from the random stream of tensor {@code number}. */
  float[] draw(int number, int elements, int inputs) {
    double bound = 1 / StrictMath.sqrt(inputs);
    random.seek(number, 0);
    float[] values = new float[elements];
    for (int k = 0; k < elements; k++) {
      values[k] = (float) random.uniform(-bound, bound);
    }
    return values;
  }
}
