package stride.nn;

import java.util.Arrays;
import java.util.Locale;

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
   * Finds a precision.
   *
   * @param name {@code fp32}, {@code tf32x3}, {@code tf32} or {@code bf16}
   * @return the precision
   * @throws IllegalArgumentException if there is none of that name
   */
  public static Precision of(String name) {
    for (Precision precision : values()) {
      if (precision.toString().equals(name)) {
        return precision;
      }
    }
    throw new IllegalArgumentException(
        "precision=" + name + ", required: one of " + Arrays.toString(values()));
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
