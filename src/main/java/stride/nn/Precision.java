package stride.nn;

import stride.options.Words;

/** How exact matrix products on a device are. */
public enum Precision {
  /** 32-bit floats all through. */
  FP32,
  /**
   * Products on the tensor cores of factors split in two TF32 numbers each, of whose four products
   * the three larger ones are added: relative errors of some 2^-21, near those of FP32.
   */
  TF32X3,
  /** Factors rounded to 10 bits of fraction for the tensor cores, sums in 32-bit floats. */
  TF32,
  /** Factors rounded to 7 bits of fraction for the tensor cores, sums in 32-bit floats. */
  BF16;

  /**
   * The constant of a name.
   *
   * @throws IllegalArgumentException if there is none
   */
  public static Precision of(String name) {
    return Words.find("precision", name, Precision.class);
  }

  @Override
  public String toString() {
    return Words.of(this);
  }
}
