package stride.env;

/** How an element of an observation is stored. */
public enum ObservationType {
  /** 32-bit float. */
  F32,
  /** Unsigned byte: pixels. */
  U8
}
