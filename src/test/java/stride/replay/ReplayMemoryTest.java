package stride.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import stride.env.EnvSpec;
import stride.env.Tasks;
import stride.memory.Shape;
import stride.memory.SlabAllocator;

/** How large a memory is, and which are refused. */
class ReplayMemoryTest {
  private static final EnvSpec CART_POLE = Tasks.of("CartPole-v1").spec();

  /** 28, 68 and 112 bytes a transition, and some observations aside. */
  @Test
  void storesNothingTwice() {
    assertThat(ReplayMemory.bytes(CART_POLE, 1, 1_000_000)).isBetween(28_000_000L, 28_100_000L);
    assertThat(ReplayMemory.bytes(Tasks.of("Hopper-v5").spec(), 1, 1_000_000))
        .isBetween(68_000_000L, 68_100_000L);
    assertThat(ReplayMemory.bytes(Tasks.of("HalfCheetah-v5").spec(), 8, 1_000_000))
        .isBetween(112_000_000L, 112_200_000L);
  }

  @Test
  void keepsWholeStepsOfAllEnvironments() {
    try (var memory = new ReplayMemory(CART_POLE, 3, 10, SlabAllocator.PAGES)) {
      assertThat(memory.capacity()).isEqualTo(12);
      assertThat(memory.places()).isEqualTo(5);
      assertThat(memory.inputStride()).isEqualTo(4);
      assertThat(memory.usable(0, 1)).isZero();
      assertThat(memory.usable(1, 1)).isEqualTo(3);
      assertThat(memory.usable(2, 3)).isZero();
      assertThat(memory.usable(3, 3)).isEqualTo(3);
      assertThat(memory.usable(100, 1)).isEqualTo(12);
      assertThat(memory.usable(100, 3)).isEqualTo(6);
    }
  }

  @Test
  void refusesMoreMemoryThanIsFree() {
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                ReplayMemory.requireFree("buffer_size", 1_000_000, 7_068_000_000L, 6_123_000_000L))
        .withMessage("buffer_size=1000000 takes 7.07 GB, free are 6.1 GB");
    assertThatCode(() -> ReplayMemory.requireFree("buffer_size", 1, 4096, 4096))
        .doesNotThrowAnyException();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new ReplayMemory(humanSized(), 1, 2_000_000_000, SlabAllocator.PAGES))
        .withMessageMatching("buffer_size=2000000000 takes 3035\\.\\d\\d GB, free are [\\d.]+ GB");
  }

  private static EnvSpec humanSized() {
    return new EnvSpec(
        "Human", Shape.of(376), CART_POLE.observationType(), CART_POLE.actionSpace(), 1000, 1, 1);
  }

  @Test
  void refusesSizesThatMakeNoSense() {
    for (long size : new long[] {0, -1, Integer.MAX_VALUE, Long.MAX_VALUE}) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> ReplayMemory.bytes(CART_POLE, 8, size))
          .withMessage("buffer_size=" + size + ", required: in [1, 2147483631]");
    }
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ReplayMemory.bytes(CART_POLE, 0, 10))
        .withMessage("num_envs=0, required: >= 1");
  }

  @Test
  void refusesLessThanABatchOrAnNStep() {
    assertThatCode(() -> ReplayMemory.requireRoom(8, 128, 128, 3)).doesNotThrowAnyException();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ReplayMemory.requireRoom(8, 127, 128, 3))
        .withMessage("buffer_size=127, required: >= 128, for batch_size=128, n_step=3, num_envs=8");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ReplayMemory.requireRoom(8, 79, 32, 10))
        .withMessage("buffer_size=79, required: >= 80, for batch_size=32, n_step=10, num_envs=8");
  }
}
