package stride.nn.cpu;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT_UNALIGNED;
import static stride.nn.cpu.Lanes.INTS;
import static stride.nn.cpu.Lanes.LANES;
import static stride.nn.cpu.Lanes.ORDER;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;
import stride.memory.ByteSlab;

/**
 * Images from frames: bytes become floats, and four frames or one are put together by whole
 * vectors.
 *
 * <p>Of four frames a vector of integers takes a byte each, so that it holds the bytes of an image
 * in their order. They are left in the place of the last of the floats that they become, and read
 * again a vector at a time. Offsets are in bytes.
 */
final class Frames {
  private static final float WHITE = 255;
  private static final float RECIPROCAL = 1 / WHITE;

  /** As many bytes as a vector has lanes; none of 32 bits, which short vectors would take. */
  private static final VectorSpecies<Byte> BYTES =
      LANES >= 8 ? VectorSpecies.of(byte.class, VectorShape.forBitSize(8 * LANES)) : null;

  private Frames() {}

  static void stack(ByteSlab[] frames, long[] offsets, int pixels, MemorySegment out, long outAt) {
    int done = 0;
    if (BYTES != null && frames.length == 4) {
      done = pixels / LANES * LANES;
      four(
          frames[0].segment(),
          offsets[0],
          frames[1].segment(),
          offsets[1],
          frames[2].segment(),
          offsets[2],
          frames[3].segment(),
          offsets[3],
          done,
          out,
          outAt);
    } else if (BYTES != null && frames.length == 1) {
      done = pixels / LANES * LANES;
      one(frames[0].segment(), offsets[0], done, out, outAt);
    }
    for (int h = 0; h < frames.length; h++) {
      plane(frames[h].segment(), offsets[h], h, frames.length, done, pixels, out, outAt);
    }
  }

  private static void plane(
      MemorySegment frame,
      long at,
      int h,
      int history,
      int from,
      int pixels,
      MemorySegment out,
      long outAt) {
    for (int pixel = from; pixel < pixels; pixel++) {
      final int value = Byte.toUnsignedInt(frame.get(JAVA_BYTE, at + pixel));
      out.set(JAVA_FLOAT_UNALIGNED, outAt + 4 * ((long) pixel * history + h), value / WHITE);
    }
  }

  private static IntVector load(MemorySegment frame, long at) {
    return (IntVector)
        ByteVector.fromMemorySegment(BYTES, frame, at, ORDER)
            .convertShape(VectorOperators.ZERO_EXTEND_B2I, INTS, 0);
  }

  /** The quotient by 255 rounded to the nearest, as a division gives it, of integers up to 255. */
  private static FloatVector scaled(IntVector values) {
    final FloatVector x = (FloatVector) values.convertShape(VectorOperators.I2F, Lanes.FLOATS, 0);
    final FloatVector q = x.mul(RECIPROCAL);
    final FloatVector rest = q.fma(FloatVector.broadcast(Lanes.FLOATS, -WHITE), x);
    return rest.fma(FloatVector.broadcast(Lanes.FLOATS, RECIPROCAL), q);
  }

  private static void one(MemorySegment frame, long at, int pixels, MemorySegment out, long outAt) {
    for (int pixel = 0; pixel < pixels; pixel += LANES) {
      scaled(load(frame, at + pixel)).intoMemorySegment(out, outAt + 4L * pixel, ORDER);
    }
  }

  private static void four(
      MemorySegment f0,
      long at0,
      MemorySegment f1,
      long at1,
      MemorySegment f2,
      long at2,
      MemorySegment f3,
      long at3,
      int pixels,
      MemorySegment out,
      long outAt) {
    for (int pixel = 0; pixel < pixels; pixel += LANES) {
      final IntVector bytes =
          load(f0, at0 + pixel)
              .or(load(f1, at1 + pixel).lanewise(VectorOperators.LSHL, 8))
              .or(load(f2, at2 + pixel).lanewise(VectorOperators.LSHL, 16))
              .or(load(f3, at3 + pixel).lanewise(VectorOperators.LSHL, 24));
      final long to = outAt + 16L * pixel;
      final long left = to + 12L * LANES;
      bytes.intoMemorySegment(out, left, ORDER);
      for (int part = 0; part < 4; part++) {
        scaled(load(out, left + (long) part * LANES))
            .intoMemorySegment(out, to + 4L * part * LANES, ORDER);
      }
    }
  }
}
