package stride.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

final class SlabTest {
  private Arena arena;

  @BeforeEach
  void open() {
    arena = Arena.ofConfined();
  }

  @AfterEach
  void close() {
    arena.close();
  }

  @Test
  void shapesCountElements() {
    assertThat(Shape.of().elements()).isEqualTo(1);
    assertThat(Shape.of(2, 3, 4).elements()).isEqualTo(24);
    assertThat(Shape.of(2, 3, 4).rank()).isEqualTo(3);
    assertThat(Shape.of(2, 3, 4).dim(0)).isEqualTo(2);
    assertThat(Shape.of(2, 3)).hasToString("[2, 3]").isEqualTo(Shape.of(2, 3));
    assertThat(Shape.of(2, 3)).isNotEqualTo(Shape.of(3, 2)).hasSameHashCodeAs(Shape.of(2, 3));
  }

  @Test
  void shapesRejectDimensionsBelowOneAndTooManyElements() {
    assertThatThrownBy(() -> Shape.of(3, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("shape=[3, 0], required: each >= 1");
    assertThat(Shape.of(Long.MAX_VALUE, 1).elements()).isEqualTo(Long.MAX_VALUE);
    assertThatThrownBy(() -> Shape.of(1L << 40, 1L << 40))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("shape=[1099511627776, 1099511627776], required: at most 2^63 - 1 elements");
  }

  @Test
  void shapesDoNotFollowTheArrayTheyCameFrom() {
    long[] dims = {2, 3};
    Shape shape = Shape.of(dims);
    dims[0] = 5;
    assertThat(shape).isEqualTo(Shape.of(2, 3));
  }

  @Test
  void slabsHoldWhatIsSet() {
    FloatSlab floats = FloatSlab.allocate(arena, 2, 3);
    assertThat(floats.length()).isEqualTo(6);
    assertThat(floats.sizeBytes()).isEqualTo(24);
    assertThat(floats.segment().address() % Slab.CACHE_LINE).isZero();
    floats.set(1, new float[] {1, 2});
    assertThat(floats.toArray()).containsExactly(0, 1, 2, 0, 0, 0);
    DoubleSlab doubles = DoubleSlab.allocate(arena, 2);
    doubles.set(1, Math.PI);
    assertThat(doubles.get(1)).isEqualTo(Math.PI);
    IntSlab ints = IntSlab.allocate(arena, 2);
    ints.set(1, Integer.MIN_VALUE);
    assertThat(ints.get(1)).isEqualTo(Integer.MIN_VALUE);
    LongSlab longs = LongSlab.allocate(arena, 2);
    longs.set(1, Long.MIN_VALUE);
    assertThat(longs.get(1)).isEqualTo(Long.MIN_VALUE);
    ByteSlab bytes = ByteSlab.allocate(arena, 2);
    bytes.set(1, (byte) -1);
    assertThat(bytes.get(1)).isEqualTo((byte) -1);
    assertThat(bytes).hasToString("ByteSlab[2]");
  }

  @Test
  void slicesAreTheSameMemory() {
    FloatSlab slab = FloatSlab.allocate(arena, 2, 4);
    slab.set(0, new float[] {0, 1, 2, 3, 4, 5, 6, 7});
    FloatSlab slice = slab.slice(3, 4);
    assertThat(slice.toArray()).containsExactly(3, 4, 5, 6);
    assertThat(slice).hasToString("FloatSlab[4]");
    slice.set(1, -1);
    assertThat(slab.get(4)).isEqualTo(-1);
    assertThatThrownBy(() -> slab.slice(5, 4)).isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> slab.slice(-1, 4)).isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> slab.slice((1L << 62) + 1, 1))
        .isInstanceOf(IndexOutOfBoundsException.class);
  }

  @Test
  void accessOutsideThrows() {
    FloatSlab slab = FloatSlab.allocate(arena, 4);
    assertThatThrownBy(() -> slab.get(4)).isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> slab.set(-1, 0)).isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> slab.set(3, new float[2]))
        .isInstanceOf(IndexOutOfBoundsException.class);
  }

  /** In bytes these indices wrap to offsets inside. */
  @ParameterizedTest
  @ValueSource(
      longs = {1L << 62, 1L << 61, (1L << 62) + 1, -(1L << 62), -(1L << 61), Long.MIN_VALUE})
  void accessFarOutsideThrows(long index) {
    FloatSlab floats = FloatSlab.allocate(arena, 4);
    assertOutside(() -> floats.get(index), () -> floats.set(index, 1));
    assertOutside(() -> floats.set(index, new float[1]), () -> floats.set(index, new float[0]));
    DoubleSlab doubles = DoubleSlab.allocate(arena, 4);
    assertOutside(() -> doubles.get(index), () -> doubles.set(index, 1));
    assertOutside(() -> doubles.set(index, new double[1]), () -> doubles.set(index, new double[0]));
    IntSlab ints = IntSlab.allocate(arena, 4);
    assertOutside(() -> ints.get(index), () -> ints.set(index, 1));
    assertOutside(() -> ints.set(index, new int[1]), () -> ints.set(index, new int[0]));
    LongSlab longs = LongSlab.allocate(arena, 4);
    assertOutside(() -> longs.get(index), () -> longs.set(index, 1));
    assertOutside(() -> longs.set(index, new long[1]), () -> longs.set(index, new long[0]));
    ByteSlab bytes = ByteSlab.allocate(arena, 4);
    assertOutside(() -> bytes.get(index), () -> bytes.set(index, (byte) 1));
    assertOutside(() -> bytes.set(index, new byte[1]), () -> bytes.set(index, new byte[0]));
    assertThat(floats.toArray()).containsOnly(0);
    assertThat(doubles.toArray()).containsOnly(0);
    assertThat(ints.toArray()).containsOnly(0);
    assertThat(longs.toArray()).containsOnly(0);
    assertThat(bytes.toArray()).containsOnly(0);
  }

  private static void assertOutside(ThrowingCallable one, ThrowingCallable other) {
    assertThatThrownBy(one).isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(other).isInstanceOf(IndexOutOfBoundsException.class);
  }

  @ParameterizedTest
  @EnumSource(ElementType.class)
  void sizesThatDoNotFitALongAreRefused(ElementType type) {
    Shape shape = Shape.of(Long.MAX_VALUE / type.sizeBytes());
    assertThat(type.sizeBytes(shape)).isGreaterThan(Long.MAX_VALUE - type.sizeBytes());
    if (type != ElementType.BYTE) {
      Shape larger = Shape.of(Long.MAX_VALUE / type.sizeBytes() + 1);
      assertThatThrownBy(() -> type.sizeBytes(larger))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("shape=" + larger + " of " + type + ", required: at most 2^63 - 1 bytes");
    }
  }

  @Test
  void copiesNeedTheSameTypeAndShape() {
    FloatSlab a = FloatSlab.allocate(arena, 2, 2);
    FloatSlab b = FloatSlab.allocate(arena, 2, 2);
    a.fill(3);
    b.copyFrom(a);
    assertThat(b.sameBits(a)).isTrue();
    FloatSlab flat = FloatSlab.allocate(arena, 4);
    IntSlab ints = IntSlab.allocate(arena, 2, 2);
    assertThatThrownBy(() -> flat.copyFrom(a)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> ints.copyFrom(a)).isInstanceOf(IllegalArgumentException.class);
    assertThat(flat.sameBits(a)).isFalse();
  }

  @Test
  void sameBitsTellsZerosApartAndNaNIsItself() {
    FloatSlab a = FloatSlab.allocate(arena, 2);
    FloatSlab b = FloatSlab.allocate(arena, 2);
    a.set(0, Float.NaN);
    b.set(0, Float.NaN);
    assertThat(a.sameBits(b)).isTrue();
    b.set(1, -0f);
    assertThat(a.sameBits(b)).isFalse();
    b.clear();
    assertThat(b.toArray()).containsExactly(0, 0);
  }

  @Test
  void segmentsMustBeNativeAndOfTheRightSize() {
    MemorySegment heap = MemorySegment.ofArray(new float[4]);
    assertThatThrownBy(() -> new FloatSlab(heap, Shape.of(4)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("off-heap");
    MemorySegment small = arena.allocate(12);
    assertThatThrownBy(() -> new FloatSlab(small, Shape.of(4)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("capacity=12, required=16");
  }
}
