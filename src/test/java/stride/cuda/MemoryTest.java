package stride.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.Test;
import stride.memory.ElementType;
import stride.memory.FloatSlab;
import stride.memory.SlabBlock;
import stride.memory.SlabPlan;

final class MemoryTest extends EmulatedTest {
  @Test
  void dealsOneAllocationOutAsArrays() {
    DevicePlan plan =
        new DevicePlan()
            .add("a", ElementType.FLOAT, 3, 5)
            .add("b", ElementType.BYTE, 257)
            .add("c", ElementType.DOUBLE, 1);
    assertThat(plan.sizeBytes()).isEqualTo(256 + 512 + 256);
    try (Device device = Device.open();
        DeviceMemory memory = plan.allocate(device)) {
      assertThat(FakeDriver.count("live_allocations")).isEqualTo(1);
      assertThat(device.liveAllocations()).isEqualTo(1);
      DeviceArray a = memory.array("a");
      assertThat(a.length()).isEqualTo(15);
      assertThat(a.sizeBytes()).isEqualTo(60);
      assertThat(a.address() % DevicePlan.ALIGNMENT).isZero();
      assertThat(memory.array("b").address() - a.address()).isEqualTo(256);
      assertThat(memory.array("c").address() - a.address()).isEqualTo(768);
      assertThat(a.part(5, 10).address() - a.address()).isEqualTo(20);
      assertThat(memory.all().sizeBytes()).isEqualTo(plan.sizeBytes());
      assertThatThrownBy(() -> a.part(6, 10)).isInstanceOf(IndexOutOfBoundsException.class);
      assertThatThrownBy(() -> memory.array("d"))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("no array d, planned: ");
    }
  }

  @Test
  void aSizeThatDoesNotFitALongIsRefused() {
    DevicePlan plan = new DevicePlan();
    assertThatThrownBy(() -> plan.add("a", ElementType.FLOAT, 1L << 61))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("shape=[2305843009213693952] of FLOAT, required: at most 2^63 - 1 bytes");
    assertThatThrownBy(() -> plan.add("a", ElementType.BYTE, Long.MAX_VALUE))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "array a: shape=[9223372036854775807] of BYTE after 0 bytes,"
                + " required: at most 2^63 - 1 bytes in all");
    plan.add("a", ElementType.BYTE, Long.MAX_VALUE - DevicePlan.ALIGNMENT);
    assertThat(plan.sizeBytes()).isPositive();
    assertThatThrownBy(() -> plan.add("b", ElementType.BYTE, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("array b: shape=[1] of BYTE after ");
  }

  @Test
  void aNameIsPlannedOnce() {
    DevicePlan plan = new DevicePlan().add("a", ElementType.FLOAT, 3);
    assertThatThrownBy(() -> plan.add("a", ElementType.BYTE, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("array planned twice: a");
  }

  @Test
  void copiesThereOnTheDeviceAndBack() {
    try (Testing t = new Testing()) {
      t.count(t.x);
      t.y.clear(t.stream);
      t.y.part(10, 20).copyFrom(t.x.part(100, 20), t.stream);
      float[] y = t.read(t.y);
      assertThat(y[9]).isZero();
      assertThat(y[10]).isEqualTo(100);
      assertThat(y[29]).isEqualTo(119);
      assertThat(y[30]).isZero();
      assertThat(FakeDriver.count("copies_on_device")).isEqualTo(1);
      assertThat(FakeDriver.count("bytes_to_device")).isEqualTo(4 * Testing.LENGTH);
    }
  }

  /** Under delays: what was not waited for would be seen. */
  @Test
  void transfersAreDoneInTheStreamsOrder() {
    FakeDriver.set("delay_us", 3000);
    try (Testing t = new Testing()) {
      MemorySegment host = t.pinned(Testing.LENGTH);
      host.fill((byte) 1);
      Transfer up = t.x.transferFrom(host);
      Transfer down = t.x.transferTo(host);
      up.start(t.stream);
      t.x.clear(t.stream);
      down.start(t.stream);
      t.stream.synchronize();
      assertThat(t.stream.isIdle()).isTrue();
      assertThat(host.get(ValueLayout.JAVA_INT, 4 * (Testing.LENGTH - 1))).isZero();
    }
    assertThat(FakeDriver.count("copies_to_device")).isEqualTo(1);
    assertThat(FakeDriver.count("copies_to_host")).isEqualTo(1);
  }

  @Test
  void copiesThatDoNotFitAreRefused() {
    try (Testing t = new Testing()) {
      assertThatThrownBy(() -> t.x.upload(t.floats(Testing.LENGTH + 1), t.stream))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("capacity=4000, required=4004 bytes");
      assertThatThrownBy(() -> t.x.download(t.floats(1), t.stream))
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> t.x.copyFrom(t.y.part(0, 1), t.stream))
          .isInstanceOf(IllegalArgumentException.class);
      MemorySegment heap = MemorySegment.ofArray(new float[Testing.LENGTH]);
      assertThatThrownBy(() -> t.x.upload(heap, t.stream))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("on the Java heap");
    }
    assertThat(FakeDriver.count("copies_to_device")).isZero();
  }

  @Test
  void transfersNeedPageLockedMemory() {
    try (Testing t = new Testing()) {
      assertThatThrownBy(() -> t.x.transferFrom(t.floats(Testing.LENGTH)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("not page-locked");
    }
  }

  @Test
  void slabsCanBePageLocked() {
    SlabPlan plan = new SlabPlan().add("x", ElementType.FLOAT, Testing.LENGTH);
    try (Testing t = new Testing()) {
      try (SlabBlock block = plan.allocate(new PinnedMemory(t.device))) {
        assertThat(FakeDriver.count("live_pinned")).isEqualTo(1);
        FloatSlab slab = block.floats("x");
        assertThat(slab.get(5)).isZero();
        slab.fill(7);
        t.x.transferFrom(slab.segment()).start(t.stream);
        assertThat(t.read(t.x)).containsOnly(7);
      }
      assertThat(FakeDriver.count("live_pinned")).isZero();
      assertThat(t.device.liveAllocations()).isEqualTo(1); // the arrays
    }
  }

  @Test
  void pagesAreUnlockedInWhicheverThreadClosesTheArena() throws InterruptedException {
    try (Device device = Device.open()) {
      Arena arena = Arena.ofShared();
      new PinnedMemory(device).allocate(arena, 8192);
      Thread closing = new Thread(arena::close);
      closing.start();
      closing.join();
      assertThat(FakeDriver.count("live_pinned")).isZero();
    }
  }

  @Test
  void aDeviceThatClosesFirstUnlocksThePages() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment pages;
      try (Device device = Device.open()) {
        pages = new PinnedMemory(device).allocate(arena, 8192);
        assertThat(FakeDriver.count("live_pinned")).isEqualTo(1);
      }
      assertThat(FakeDriver.count("live_pinned")).isZero();
      pages.fill((byte) 1); // still there, as plain memory
    }
  }

  @Test
  void aClosedArenaGetsNoPages() {
    Arena closed = Arena.ofConfined();
    closed.close();
    try (Device device = Device.open()) {
      PinnedMemory pinned = new PinnedMemory(device);
      assertThatThrownBy(() -> pinned.allocate(closed, 4096))
          .isInstanceOf(IllegalStateException.class);
      assertThat(device.liveAllocations()).isZero();
      assertThat(FakeDriver.count("live_pinned")).isZero();
    }
  }

  @Test
  void pagesThatCannotBeLockedLeaveNothingBehind() {
    SlabPlan plan = new SlabPlan().add("x", ElementType.FLOAT, Testing.LENGTH);
    try (Device device = Device.open()) {
      FakeDriver.set("fail_allocation", 1);
      assertThatThrownBy(() -> plan.allocate(new PinnedMemory(device)))
          .isInstanceOf(CudaException.class)
          .hasMessage("cuMemHostRegister: CUDA_ERROR_OUT_OF_MEMORY (out of memory): of 4.0 KiB");
      assertThat(device.liveAllocations()).isZero();
    }
  }

  @Test
  void whatIsFreedIsNoLongerUsed() {
    try (Testing t = new Testing()) {
      Transfer transfer = t.x.transferFrom(t.pinned(Testing.LENGTH));
      t.memory.close();
      assertThatCode(t.memory::close).doesNotThrowAnyException();
      assertThat(FakeDriver.count("live_allocations")).isZero();
      assertThatThrownBy(() -> t.x.clear(t.stream))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("the device memory is freed");
      assertThatThrownBy(() -> transfer.start(t.stream)).isInstanceOf(IllegalStateException.class);
    }
  }

  @Test
  void aTransferOfClosedHostMemoryIsRefused() {
    try (Testing t = new Testing()) {
      Transfer transfer;
      try (Arena arena = Arena.ofConfined()) {
        MemorySegment pages = new PinnedMemory(t.device).allocate(arena, 4096);
        transfer = t.x.part(0, 1000).transferFrom(pages.asSlice(0, 4000));
      }
      assertThatThrownBy(() -> transfer.start(t.stream))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("host memory");
    }
  }
}
