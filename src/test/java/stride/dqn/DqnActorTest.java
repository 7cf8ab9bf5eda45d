package stride.dqn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.Arena;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import stride.collect.ActionRows;
import stride.collect.EpsilonGreedy;
import stride.env.Shard;
import stride.env.ShardOptions;
import stride.learn.EpsilonSchedule;
import stride.memory.DoubleSlab;
import stride.memory.FloatSlab;
import stride.memory.Slab;
import stride.nn.Backend;
import stride.nn.Initialization;
import stride.nn.QLayout;
import stride.play.Policy;
import stride.random.Purpose;
import stride.random.RandomStream;

/** Which actions are chosen, in training and by a saved policy. */
class DqnActorTest {
  private static final long SEED = 9;
  private static final int ENVS = 70; // more than a chunk

  private final Arena arena = Arena.ofConfined();
  private final QLayout layout = QFixture.layout(4, List.of(17), 2, false);
  private final QNetwork network = new QNetwork(layout, Backend.REFERENCE);
  private final FloatSlab parameters = FloatSlab.allocate(arena, layout.size());
  private final FloatSlab observations = FloatSlab.allocate(arena, ENVS, layout.inputStride());
  private final DoubleSlab knobs = DoubleSlab.allocate(arena, DqnKnobs.COUNT);
  private final EpsilonGreedy coins = new EpsilonGreedy(SEED, 2);

  DqnActorTest() {
    layout.initialize(parameters, 1, Initialization.UNIFORM);
    DqnKnobs.begin(knobs, 1);
    var random = new RandomStream(2, Purpose.BENCHMARK);
    for (long k = 0; k < observations.length(); k++) {
      observations.set(k, (float) random.nextGaussian());
    }
  }

  @AfterEach
  void close() {
    arena.close();
  }

  @Test
  void theBestActionsAreChosenWithoutEpsilon() {
    assertThat(act(0, ENVS, new EpsilonSchedule.Linear(0, 0, 0, false), 3, 0)).isEqualTo(best());
    assertThat(best()).contains(0, 1);
  }

  @Test
  void aShareOfEpsilonIsRandomWhateverTheShard() {
    var schedule = new EpsilonSchedule.Linear(0.5, 0.5, 0, false);
    int[] whole = act(0, ENVS, schedule, 3, 0);
    int explored = 0;
    for (int env = 0; env < ENVS; env++) {
      boolean explores = coins.explores(0.5, env, 3);
      explored += explores ? 1 : 0;
      assertThat(whole[env]).isEqualTo(explores ? coins.choice() : best()[env]);
    }
    assertThat(explored).isBetween(ENVS / 4, 3 * ENVS / 4);
    int[] part = act(33, 20, schedule, 3, 0);
    for (int env = 33; env < 53; env++) {
      assertThat(part[env]).isEqualTo(whole[env]);
    }
  }

  @Test
  void theScheduleGoesByEnvStepsOfAllEnvironmentsOrByEpisodes() {
    try (Shard shard = shard(0, ENVS);
        var bySteps = actor(new EpsilonSchedule.Linear(1, 0, 1000, false), shard);
        var byEpisodes = actor(new EpsilonSchedule.Linear(1, 0, 1000, true), shard)) {
      ActionRows actions = ActionRows.allocate(arena, TinyDqn.TASK.spec().actionSpace(), ENVS);
      assertThat(bySteps.epsilon()).isNaN();
      for (DqnActor actor : List.of(bySteps, byEpisodes)) {
        actor.begin(parameters, 250);
        actor.act(observations, 0, ENVS, 0, 10, actions);
      }
      assertThat(bySteps.epsilon()).isEqualTo(1 - (10.0 * ENVS + ENVS - 1) / 1000);
      assertThat(byEpisodes.epsilon()).isEqualTo(0.75);
      knobs.set(DqnKnobs.EPSILON, 0.125);
      bySteps.act(observations, 0, ENVS, 0, 10, actions);
      assertThat(bySteps.epsilon()).isEqualTo(0.125);
    }
  }

  @Test
  void aSavedPolicyPlaysItsBestOrExploresAsAtTheEnd() {
    Map<String, Slab> state = Map.of("parameters", parameters);
    DqnOptions options = TinyDqn.options(Map.of("hidden", "17", "end_e", "0.5"));
    try (Policy policy = new Dqn().policy(options, TinyDqn.TASK, state, SEED)) {
      ActionRows actions = ActionRows.allocate(arena, TinyDqn.TASK.spec().actionSpace(), ENVS);
      assertThat(policy.observationStride()).isEqualTo(layout.inputStride());
      policy.act(observations, ENVS, 3, true, actions);
      for (int env = 0; env < ENVS; env++) {
        assertThat(actions.choices().get(env)).isEqualTo(best()[env]);
      }
      policy.act(observations, ENVS, 3, false, actions);
      for (int env = 0; env < ENVS; env++) {
        int want = coins.explores(0.5, env, 3) ? coins.choice() : best()[env];
        assertThat(actions.choices().get(env)).isEqualTo(want);
      }
    }
  }

  @Test
  void aStateOfAnotherNetworkIsRefused() {
    DqnOptions options = TinyDqn.options(Map.of("hidden", "17,17"));
    assertThatThrownBy(
            () -> new Dqn().policy(options, TinyDqn.TASK, Map.of("parameters", parameters), SEED))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("parameters=FloatSlab");
    DqnOptions fitting = TinyDqn.options(Map.of("hidden", "17"));
    parameters.set(3, Float.NaN);
    assertThatThrownBy(
            () -> new Dqn().policy(fitting, TinyDqn.TASK, Map.of("parameters", parameters), SEED))
        .hasMessage("parameter 3 is NaN");
  }

  private int[] best() {
    int[] best = new int[ENVS];
    try (var inference = new QInference(network, ENVS)) {
      ActionRows actions = ActionRows.allocate(arena, TinyDqn.TASK.spec().actionSpace(), ENVS);
      inference.best(parameters, observations, 0, ENVS, actions.choices(), 0);
      for (int env = 0; env < ENVS; env++) {
        best[env] = actions.choices().get(env);
      }
    }
    return best;
  }

  private int[] act(int first, int n, EpsilonSchedule schedule, long step, long episodes) {
    try (Shard shard = shard(first, n);
        var actor = actor(schedule, shard)) {
      ActionRows actions = ActionRows.allocate(arena, TinyDqn.TASK.spec().actionSpace(), ENVS);
      actor.begin(parameters, episodes);
      actor.act(observations, first, n, first, step, actions);
      int[] chosen = new int[ENVS];
      for (int env = 0; env < ENVS; env++) {
        chosen[env] = actions.choices().get(env);
      }
      return chosen;
    }
  }

  private static Shard shard(int first, int n) {
    return new Shard(TinyDqn.TASK, first, n, SEED, ShardOptions.DEFAULTS);
  }

  private DqnActor actor(EpsilonSchedule schedule, Shard shard) {
    var config = new DqnConfig.Exploration(schedule, 0.5);
    return new DqnActor(network, config, SEED, ENVS, shard, knobs);
  }
}
