package stride.sac;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.lang.foreign.Arena;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import stride.collect.ActionRows;
import stride.env.Shard;
import stride.env.ShardOptions;
import stride.memory.FloatSlab;
import stride.memory.Slab;
import stride.memory.SlabAllocator;
import stride.memory.SlabBlock;
import stride.memory.SlabPlan;
import stride.nn.LayerOutputs;
import stride.play.Policy;
import stride.random.Purpose;
import stride.random.RandomStream;

/** Which actions are chosen, in training and by a saved policy. */
class SacActorTest {
  private static final int ENVS = 150; // more than a chunk
  private static final long RANDOM_STEPS = 20; // of each environment
  private static final float BOUND = 3;

  private static final Map<String, String> CHANGES =
      Map.of(
          "hidden", "17",
          "num_envs", Integer.toString(ENVS),
          "train_frequency", Integer.toString(ENVS),
          "buffer_size", "1000",
          "learning_starts", Long.toString(RANDOM_STEPS * ENVS));

  private final Arena arena = Arena.ofConfined();
  private final SacOptions options = TinySac.options(CHANGES);
  private final SacNetwork network = options.network(TinySac.TASK);
  private final FloatSlab parameters = FloatSlab.allocate(arena, network.layout().network().size());
  private final FloatSlab observations =
      FloatSlab.allocate(arena, ENVS, network.layout().actor().inputStride());

  SacActorTest() {
    network.layout().initialize(parameters, 1);
    var random = new RandomStream(2, Purpose.BENCHMARK);
    for (long k = 0; k < observations.length(); k++) {
      observations.set(k, (float) random.nextGaussian());
    }
  }

  @AfterEach
  void close() {
    arena.close();
  }

  @ParameterizedTest
  @ValueSource(longs = {0, RANDOM_STEPS - 1})
  void actionsAreUniformUntilLearningStarts(long step) {
    float[] actions = act(0, ENVS, step);
    assertThat(actions).isNotEqualTo(drawn(step));
    float[] sorted = actions.clone();
    Arrays.sort(sorted);
    assertThat(sorted[0]).isBetween(-BOUND, -0.8f * BOUND);
    assertThat(sorted[ENVS - 1]).isBetween(0.8f * BOUND, BOUND);
    for (int i = 0; i < ENVS; i++) { // Kolmogorov and Smirnov's distance, at one in a thousand
      double share = (sorted[i] + BOUND) / (2 * BOUND);
      assertThat(share).isCloseTo((i + 0.5) / ENVS, within(1.95 / Math.sqrt(ENVS)));
    }
    parameters.clear(); // which do not matter
    assertThat(act(0, ENVS, step)).isEqualTo(actions);
  }

  @Test
  void thenThePolicyDrawsThemByNoiseOfTheStep() {
    float[] actions = act(0, ENVS, RANDOM_STEPS);
    assertThat(actions).isEqualTo(drawn(RANDOM_STEPS));
    assertThat(act(0, ENVS, RANDOM_STEPS + 1))
        .isEqualTo(drawn(RANDOM_STEPS + 1))
        .isNotEqualTo(actions);
  }

  @Test
  void noActionIsOutOfBounds() {
    for (long k = 0; k < parameters.length(); k++) {
      parameters.set(k, 40 * parameters.get(k));
    }
    float most = 0;
    for (float action : act(0, ENVS, RANDOM_STEPS)) {
      assertThat(action).isBetween(-BOUND, BOUND);
      most = Math.max(most, Math.abs(action));
    }
    assertThat(most).isEqualTo(BOUND);
  }

  @ParameterizedTest
  @ValueSource(longs = {3, RANDOM_STEPS + 3})
  void shardsActAsTheWhole(long step) {
    float[] whole = act(0, ENVS, step);
    for (int first : new int[] {0, 1, 63, 64, 100}) {
      for (int n : new int[] {1, 7, ENVS - first}) {
        float[] part = act(first, n, step);
        assertThat(Arrays.copyOfRange(part, first, first + n))
            .isEqualTo(Arrays.copyOfRange(whole, first, first + n));
      }
    }
  }

  @Test
  void aSavedPolicyPlaysItsModeOrDraws() {
    Map<String, Slab> state = Map.of("parameters", parameters);
    try (Policy policy = new Sac().policy(options, TinySac.TASK, state, TinySac.SEED)) {
      ActionRows actions = rows();
      assertThat(policy.observationStride()).isEqualTo(network.layout().actor().inputStride());
      policy.act(observations, ENVS, RANDOM_STEPS, true, actions);
      assertThat(actions.real().toArray()).isEqualTo(mode());
      policy.act(observations, ENVS, 0, false, actions); // at no step are they uniform
      assertThat(actions.real().toArray()).isEqualTo(drawn(0)).isNotEqualTo(mode());
      policy.act(observations, ENVS, RANDOM_STEPS, false, actions);
      assertThat(actions.real().toArray()).isEqualTo(act(0, ENVS, RANDOM_STEPS));
    }
  }

  @Test
  void aStateOfAnotherNetworkIsRefused() {
    SacOptions others = TinySac.options(Map.of("hidden", "17,17"));
    Map<String, Slab> state = Map.of("parameters", parameters);
    assertThatThrownBy(() -> new Sac().policy(others, TinySac.TASK, state, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("parameters=FloatSlab");
    parameters.set(3, Float.NaN);
    assertThatThrownBy(() -> new Sac().policy(options, TinySac.TASK, state, 1))
        .hasMessage("parameter 3 is NaN");
  }

  private ActionRows rows() {
    return ActionRows.allocate(arena, TinySac.TASK.spec().actionSpace(), ENVS);
  }

  private float[] act(int first, int n, long step) {
    var config = options.config(TinySac.TASK, TinySac.SEED);
    try (Shard shard = new Shard(TinySac.TASK, first, n, TinySac.SEED, ShardOptions.DEFAULTS);
        var actor = new SacActor(network, config, TinySac.TASK.spec().actionSpace(), shard)) {
      ActionRows actions = rows();
      actor.begin(parameters, 0);
      actor.act(observations, first, n, first, step, actions);
      return actions.real().toArray();
    }
  }

  /** All rows at once: the actor's outputs, noise of the step's actions, and what is drawn. */
  private float[] drawn(long step) {
    return all(step, true);
  }

  private float[] mode() {
    return all(0, false);
  }

  private float[] all(long step, boolean noisy) {
    SlabPlan plan = new SlabPlan();
    LayerOutputs.plan(plan, "outputs", network.layout().actor(), ENVS);
    DrawnActions.plan(plan, "drawn", network.head(), ENVS);
    FloatSlab actions = FloatSlab.allocate(arena, ENVS);
    try (SlabBlock block = plan.allocate(SlabAllocator.PAGES);
        Noise noise = new Noise(network.kernels(), TinySac.SEED, 1, ENVS)) {
      DrawnActions drawn = DrawnActions.of(block, "drawn");
      var outputs = new LayerOutputs(block, "outputs", network.layout().actor());
      FloatSlab y = network.actor().forward(parameters, observations, 0, ENVS, outputs);
      if (noisy) {
        noise.draw(Purpose.ACTION, 0, ENVS, step, drawn);
        network.sac().sample(network.head(), y, drawn, actions, 0, 1, ENVS);
      } else {
        network.sac().mode(network.head(), y, drawn, actions, 0, 1, ENVS);
      }
      return actions.toArray();
    }
  }
}
