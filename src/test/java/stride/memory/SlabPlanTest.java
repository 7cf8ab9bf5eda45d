package stride.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class SlabPlanTest {
  @Test
  void everySlabStartsOnALineOfItsOwnAndTheBlockOnAPage() {
    SlabPlan plan =
        new SlabPlan()
            .add("bytes", ElementType.BYTE, 3)
            .add("doubles", ElementType.DOUBLE, 5, 7)
            .add("longs", ElementType.LONG, 8)
            .add("ints", ElementType.INT, 1000)
            .add("floats", ElementType.FLOAT, 2, 3, 4);
    try (SlabBlock block = plan.allocate(SlabAllocator.PAGES)) {
      long start = block.memory().address();
      assertThat(start % SlabAllocator.PAGE).isZero();
      assertThat(block.memory().byteSize()).isEqualTo(plan.sizeBytes()).isEqualTo(8192);
      assertThat(block.bytes("bytes").segment().address()).isEqualTo(start);
      assertThat(block.doubles("doubles").segment().address()).isEqualTo(start + 64);
      assertThat(block.longs("longs").segment().address()).isEqualTo(start + 64 + 320);
      assertThat(block.ints("ints").segment().address()).isEqualTo(start + 64 + 320 + 64);
      FloatSlab floats = block.floats("floats");
      assertThat(floats.segment().address()).isEqualTo(start + 64 + 320 + 64 + 4032);
      assertThat(floats.shape()).isEqualTo(Shape.of(2, 3, 4));
    }
  }

  @Test
  void memoryStartsZeroedAndSlabsDoNotOverlap() {
    SlabPlan plan = new SlabPlan().add("a", ElementType.FLOAT, 17).add("b", ElementType.FLOAT, 17);
    try (SlabBlock block = plan.allocate(SlabAllocator.PAGES)) {
      assertThat(block.floats("a").toArray()).containsOnly(0);
      block.floats("a").fill(1);
      assertThat(block.floats("b").toArray()).containsOnly(0);
      assertThat(block.floats("a").toArray()).containsOnly(1);
    }
  }

  @Test
  void rejectsANameTwice() {
    SlabPlan plan = new SlabPlan().add("obs", ElementType.FLOAT, 3);
    assertThatThrownBy(() -> plan.add("obs", ElementType.INT, 4))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("slab planned twice: obs");
  }

  @Test
  void rejectsUnknownNamesAndOtherTypes() {
    try (SlabBlock block =
        new SlabPlan().add("obs", ElementType.FLOAT, 3).allocate(SlabAllocator.PAGES)) {
      assertThatThrownBy(() -> block.floats("action"))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("no slab action of FLOAT, planned: [obs]");
      assertThatThrownBy(() -> block.ints("obs"))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("no slab obs of INT");
      assertThatThrownBy(() -> block.doubles("obs")).isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> block.longs("obs")).isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> block.bytes("obs")).isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void rejectsSizesThatDoNotFitALong() {
    SlabPlan plan = new SlabPlan();
    assertThatThrownBy(() -> plan.add("x", ElementType.DOUBLE, 1L << 61))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("shape=[2305843009213693952] of DOUBLE, required: at most 2^63 - 1 bytes");
  }

  /** The padding and the last page count too. */
  @ParameterizedTest
  @ValueSource(longs = {0, 1, 63, 64, 4094, 4095})
  void rejectsAPlanWhoseSizeDoesNotFitALong(long less) {
    SlabPlan plan = new SlabPlan();
    assertThatThrownBy(() -> plan.add("x", ElementType.BYTE, Long.MAX_VALUE - less))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("slab x: shape=[")
        .hasMessageEndingWith("] of BYTE after 0 bytes, required: at most 2^63 - 1 bytes in all");
  }

  @Test
  void rejectsASlabThatTheOthersLeaveNoRoomFor() {
    SlabPlan plan =
        new SlabPlan().add("x", ElementType.BYTE, Long.MAX_VALUE - 2 * SlabAllocator.PAGE);
    assertThat(plan.sizeBytes()).isPositive();
    plan.add("y", ElementType.BYTE, SlabAllocator.PAGE - 64);
    assertThat(plan.sizeBytes()).isPositive();
    assertThatThrownBy(() -> plan.add("z", ElementType.FLOAT, 17))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("slab z: shape=[17] of FLOAT after ");
  }
}
