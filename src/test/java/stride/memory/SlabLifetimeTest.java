package stride.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** Who may use slabs, and until when. */
final class SlabLifetimeTest {
  private static SlabBlock block() {
    return new SlabPlan().add("x", ElementType.FLOAT, 4).allocate(SlabAllocator.PAGES);
  }

  @Test
  void slabsOfABlockDieWithIt() {
    SlabBlock block = block();
    FloatSlab slab = block.floats("x");
    slab.set(3, 1);
    assertThat(block.isOpen()).isTrue();
    block.close();
    assertThat(block.isOpen()).isFalse();
    assertThatThrownBy(() -> slab.get(3)).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> slab.set(3, 2)).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(slab::clear).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void closingTwiceIsHarmless() {
    SlabBlock block = block();
    block.close();
    assertThatCode(block::close).doesNotThrowAnyException();
  }

  @Test
  void slabsOfAnArenaDieWithIt() {
    FloatSlab slab;
    try (Arena arena = Arena.ofConfined()) {
      slab = FloatSlab.allocate(arena, 4);
    }
    assertThatThrownBy(() -> slab.get(0)).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void confinedSlabsRefuseOtherThreads() throws InterruptedException {
    try (Arena arena = Arena.ofConfined()) {
      FloatSlab slab = FloatSlab.allocate(arena, 4);
      assertThat(thrownElsewhere(() -> slab.get(0))).isInstanceOf(WrongThreadException.class);
    }
  }

  @Test
  void blocksServeAllThreads() throws InterruptedException {
    try (SlabBlock block = block()) {
      FloatSlab slab = block.floats("x");
      assertThat(thrownElsewhere(() -> slab.set(2, 5))).isNull();
      assertThat(slab.get(2)).isEqualTo(5);
    }
  }

  private static Throwable thrownElsewhere(Runnable action) throws InterruptedException {
    AtomicReference<Throwable> thrown = new AtomicReference<>();
    Thread thread = new Thread(action);
    thread.setUncaughtExceptionHandler((t, e) -> thrown.set(e));
    thread.start();
    thread.join();
    return thrown.get();
  }

  @Test
  void anAllocatorThatFailsLeavesNothingBehind() {
    AtomicReference<MemorySegment> first = new AtomicReference<>();
    SlabAllocator failing =
        (arena, bytes) -> {
          first.set(arena.allocate(bytes, SlabAllocator.PAGE));
          throw new IllegalArgumentException("cannot page-lock");
        };
    SlabPlan plan = new SlabPlan().add("x", ElementType.BYTE, 100);
    assertThatThrownBy(() -> plan.allocate(failing)).hasMessage("cannot page-lock");
    assertThat(first.get().scope().isAlive()).isFalse();
  }

  @Test
  void anAllocatorThatIsWrongLeavesNothingBehind() {
    AtomicReference<MemorySegment> first = new AtomicReference<>();
    SlabAllocator tooSmall =
        (arena, bytes) -> {
          first.set(arena.allocate(bytes - SlabAllocator.PAGE, SlabAllocator.PAGE));
          return first.get();
        };
    SlabPlan plan = new SlabPlan().add("x", ElementType.BYTE, 5000);
    assertThatThrownBy(() -> plan.allocate(tooSmall))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("bytes=8192");
    assertThat(first.get().scope().isAlive()).isFalse();
    SlabAllocator unaligned =
        (arena, bytes) -> arena.allocate(bytes + 64, SlabAllocator.PAGE).asSlice(64, bytes);
    assertThatThrownBy(() -> plan.allocate(unaligned)).isInstanceOf(IllegalStateException.class);
  }
}
