package stride.nn;

import stride.memory.FloatSlab;

/**
 * Parameters that one optimiser steps, or that others follow.
 *
 * @param offset where they start in the slab, in floats, a multiple of 16
 * @param count how many, padding included, a multiple of 16
 */
public record ParameterRange(long offset, long count) {
  /** The part of a slab, laid out as the parameters are: the same memory. */
  public FloatSlab of(FloatSlab slab) {
    return slab.slice(offset, count);
  }
}
