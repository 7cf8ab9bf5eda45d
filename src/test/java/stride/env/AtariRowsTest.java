package stride.env;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.DoubleNode;
import com.fasterxml.jackson.databind.node.IntNode;
import java.lang.foreign.Arena;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import stride.ale.Atari;
import stride.memory.DoubleSlab;
import stride.memory.IntSlab;

/** Pong as it is played, with its options. */
class AtariRowsTest {
  private static final int ENVS = 3;
  private static final int NOOP = 0;
  private static final int[] UP_AND_DOWN = {2, 2, 3, 2, 3, 3};

  private final Arena arena = Arena.ofConfined();

  @BeforeAll
  static void assumeBuilt() {
    Atari.assumeBuilt();
  }

  @AfterEach
  void free() {
    arena.close();
  }

  private Shard shard(Map<String, JsonNode> options) {
    Task task = TaskOptions.with(Tasks.of("ALE/Pong-v5"), options);
    return new Shard(task, 0, ENVS, /* seed= */ 3, ShardOptions.DEFAULTS);
  }

  /** The frames after steps of the same actions, in turn, in all environments: [ENVS, pixels]. */
  private byte[][] played(Shard shard, StepOutputs out, int steps, int... inTurn) {
    IntSlab actions = IntSlab.allocate(arena, ENVS);
    for (int t = 0; t < steps; t++) {
      for (int env = 0; env < ENVS; env++) {
        actions.set(env, inTurn[t % inTurn.length]);
      }
      shard.act(actions, 0);
      shard.advance();
      shard.finish(out, 0, 0);
    }
    byte[] all = out.frames().toArray();
    int pixels = all.length / ENVS;
    byte[][] frames = new byte[ENVS][];
    for (int env = 0; env < ENVS; env++) {
      frames[env] = Arrays.copyOfRange(all, env * pixels, (env + 1) * pixels);
    }
    return frames;
  }

  private byte[][] played(Map<String, JsonNode> options, int steps, int... inTurn) {
    try (Shard shard = shard(options)) {
      StepOutputs out = StepOutputs.allocate(arena, shard.task().spec(), ENVS);
      shard.reset(out.obs(), 0, out.obsStride());
      return played(shard, out, steps, inTurn);
    }
  }

  @Test
  void whoDoesNothingLosesByTwentyOnePoints() {
    try (Shard shard = shard(Map.of())) {
      StepOutputs out = StepOutputs.allocate(arena, shard.task().spec(), ENVS);
      shard.reset(out.obs(), 0, out.obsStride());
      double points = 0;
      for (int t = 0; t < 1100; t++) {
        played(shard, out, 1, NOOP);
        points += shard.finishedEpisodes().size() == 0 ? out.rewards().get(0) : 0;
      }
      assertThat(points).isBetween(-21.0, -20.0); // the last one may be counted or not
      FinishedEpisodes finished = shard.finishedEpisodes();
      assertThat(finished.size()).isEqualTo(ENVS);
      for (int k = 0; k < ENVS; k++) {
        assertThat(finished.episodeReturn(k)).isEqualTo(-21);
        assertThat(finished.length(k)).isBetween(700, 1000);
      }
    }
  }

  @Test
  void environmentsDifferByStickyActionsAlone() {
    Map<String, JsonNode> never = Map.of("repeat_action_probability", DoubleNode.valueOf(0));
    byte[][] same = played(never, 40, UP_AND_DOWN);
    assertThat(same[1]).isEqualTo(same[0]);
    assertThat(same[2]).isEqualTo(same[0]);
    byte[][] sticky = played(Map.of(), 40, UP_AND_DOWN);
    assertThat(Arrays.equals(sticky[0], sticky[1]) && Arrays.equals(sticky[0], sticky[2]))
        .isFalse();
    byte[][] stuck =
        played(Map.of("repeat_action_probability", DoubleNode.valueOf(1)), 40, UP_AND_DOWN);
    byte[][] nothing = played(never, 40, NOOP);
    assertThat(stuck[0]).isEqualTo(nothing[0]).isNotEqualTo(same[0]);
  }

  @Test
  void doingNothingAtFirstMakesThemDifferToo() {
    Map<String, JsonNode> noops =
        Map.of("repeat_action_probability", DoubleNode.valueOf(0), "noop_max", IntNode.valueOf(30));
    byte[][] frames = played(noops, 40, UP_AND_DOWN);
    assertThat(Arrays.equals(frames[0], frames[1]) && Arrays.equals(frames[0], frames[2]))
        .isFalse();
    assertThat(played(noops, 40, UP_AND_DOWN)).isDeepEqualTo(frames);
  }

  @Test
  void framesAreAsLargeAsAsked() {
    assertThat(played(Map.of("frame_size", IntNode.valueOf(32)), 1, NOOP)[0]).hasSize(32 * 32);
    assertThat(played(Map.of(), 1, NOOP)[0]).hasSize(84 * 84);
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 6, 12})
  void actionsAreTheMinimalOnes(int action) {
    try (Shard shard = shard(Map.of())) {
      StepOutputs out = StepOutputs.allocate(arena, shard.task().spec(), ENVS);
      shard.reset(out.obs(), 0, out.obsStride());
      assertThatIllegalArgumentException()
          .isThrownBy(() -> played(shard, out, 1, action))
          .withMessage("row 0: action=%d, required: in [0, 5]", action);
    }
  }

  @Test
  void aStateThatIsNoneIsRefused() {
    try (Shard shard = shard(Map.of())) {
      DoubleSlab state = DoubleSlab.allocate(arena, ENVS, shard.stateSize());
      assertThatIllegalArgumentException()
          .isThrownBy(() -> shard.restoreState(state, 0))
          .withMessage("a saved emulator of 0.0 bytes");
    }
  }
}
