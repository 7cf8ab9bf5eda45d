package stride.cuda;

/** How exact matrix products on the device are. */
public enum Precision {
  /** 32-bit floats all through. */
  FP32,
  /** Factors rounded to 10 bits of fraction for the tensor cores, sums in 32-bit floats. */
  TF32
}
