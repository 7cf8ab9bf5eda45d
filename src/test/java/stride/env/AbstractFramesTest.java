package stride.env;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.lang.foreign.Arena;
import java.util.List;
import org.junit.jupiter.api.Test;
import stride.memory.DoubleSlab;
import stride.memory.FloatSlab;

/** Do shards keep their promises where observations are frames? */
abstract class AbstractFramesTest {
  private static final int ENVS = 3;
  private static final int HALF = 40;
  private static final int LIMIT = 17; // steps of an episode

  /** A task whose episodes are cut after so many steps. */
  abstract Task task(int limit);

  @Test
  void environmentsDoNotDependOnHowTheyAreDealt() {
    try (FrameTrace one = new FrameTrace(task(LIMIT), HALF, ENVS, 0);
        FrameTrace several = new FrameTrace(task(LIMIT), HALF, ENVS, 0);
        FrameTrace reseeded = new FrameTrace(task(LIMIT), HALF, ENVS, 0)) {
      List<Shard> together = one.split(1, 1);
      List<Shard> apart = several.split(ENVS, 1);
      List<Shard> others = reseeded.split(2, 2);
      for (var each : List.of(new Run(one, together), new Run(several, apart))) {
        each.go();
      }
      new Run(reseeded, others).go();
      assertThat(several.sameBits(one)).isTrue();
      assertThat(several.save(apart).sameBits(one.save(together))).isTrue();
      assertThat(reseeded.frames.sameBits(one.frames)).isFalse();
      for (List<Shard> shards : List.of(together, apart, others)) {
        shards.forEach(Shard::close);
      }
    }
  }

  private record Run(FrameTrace trace, List<Shard> shards) {
    void go() {
      shards.forEach(trace::begin);
      shards.reversed().forEach(trace::run); // in whatever order
    }
  }

  @Test
  void continuesBitForBitInOtherShards() {
    try (FrameTrace first = new FrameTrace(task(LIMIT), HALF, ENVS, 0);
        FrameTrace second = new FrameTrace(task(LIMIT), HALF, ENVS, HALF);
        FrameTrace resumed = new FrameTrace(task(LIMIT), HALF, ENVS, HALF)) {
      List<Shard> shards = first.split(2, 1);
      new Run(first, shards).go();
      DoubleSlab saved = first.save(shards);
      shards.forEach(shard -> shard.finishedEpisodes().clear());
      shards.forEach(second::resume);
      shards.forEach(second::run);

      List<Shard> others = first.split(3, 1);
      for (Shard other : others) {
        other.restoreState(saved, (long) other.firstEnv() * other.stateSize());
      }
      others.forEach(resumed::resume);
      others.forEach(resumed::run);

      for (int env = 0; env < ENVS; env++) {
        assertThat(resumed.frame(0, env)).isEqualTo(first.frame(HALF, env));
      }
      assertThat(resumed.sameBits(second)).isTrue();
      assertThat(Trace.count(second.truncated)).isPositive();
      assertThat(resumed.save(others).sameBits(second.save(shards))).isTrue();
      assertThat(FrameTrace.returns(others)).isEqualTo(FrameTrace.returns(shards));
      shards.forEach(Shard::close);
      others.forEach(Shard::close);
    }
  }

  /** The frame after the limit is the one that a longer episode would go on with. */
  @Test
  void keepsTheLastFrameOfATruncatedEpisode() {
    try (FrameTrace cut = new FrameTrace(task(LIMIT), LIMIT, ENVS, 0);
        FrameTrace whole = new FrameTrace(task(10 * LIMIT), LIMIT, ENVS, 0)) {
      List<Shard> shards = cut.split(1, 1);
      List<Shard> others = whole.split(1, 1);
      new Run(cut, shards).go();
      new Run(whole, others).go();
      int compared = 0;
      for (int env = 0; env < ENVS; env++) {
        if (cut.truncated.get((LIMIT - 1L) * ENVS + env) != 0) {
          assertThat(cut.last(LIMIT - 1, env)).isEqualTo(whole.frame(LIMIT, env));
          assertThat(cut.frame(LIMIT, env)).isNotEqualTo(whole.frame(LIMIT, env));
          compared++;
        }
      }
      assertThat(compared).isPositive();
      assertThat(Trace.count(whole.truncated)).isZero();
      shards.forEach(Shard::close);
      others.forEach(Shard::close);
    }
  }

  @Test
  void whatIsBetweenRowsIsLeftAlone() {
    try (FrameTrace trace = new FrameTrace(task(LIMIT), HALF, ENVS, 0)) {
      trace.frames.fill((byte) 99);
      List<Shard> shards = trace.split(2, 1);
      new Run(trace, shards).go();
      int pixels = trace.task.spec().observationElements();
      for (long row = 0; row < (HALF + 1L) * ENVS; row++) {
        for (int k = pixels; k < trace.stride; k++) {
          assertThat(trace.frames.get(row * trace.stride + k)).isEqualTo((byte) 99);
        }
      }
      shards.forEach(Shard::close);
    }
  }

  @Test
  void slabsOfNumbersAreRefused() {
    Task task = task(LIMIT);
    int pixels = task.spec().observationElements();
    try (Arena arena = Arena.ofConfined();
        Shard shard = new Shard(task, 0, 1, 1, ShardOptions.DEFAULTS)) {
      FloatSlab numbers = FloatSlab.allocate(arena, pixels);
      assertThatIllegalArgumentException()
          .isThrownBy(() -> shard.reset(numbers, 0, pixels))
          .withMessageContaining("required: a ByteSlab");
      assertThatIllegalStateException().isThrownBy(shard::observations);
      assertThatIllegalStateException().isThrownBy(shard::terminalObservations);
      StepOutputs out = StepOutputs.allocate(arena, task.spec(), 1);
      assertThat(out.frames().shape().dims()).containsExactly(1, pixels);
      assertThatIllegalStateException().isThrownBy(out::floats);
    }
  }
}
