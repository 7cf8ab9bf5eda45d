package stride.ppo;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import stride.collect.Rollout;
import stride.collect.RolloutConfig;
import stride.collect.RolloutLearner;
import stride.env.Task;
import stride.learn.Backends;
import stride.learn.Schedule;
import stride.learn.Stage;
import stride.learn.StageClock;
import stride.learn.StageSplit;
import stride.learn.UpdateMode;
import stride.memory.FloatSlab;
import stride.memory.Slab;
import stride.memory.SlabAllocator;
import stride.nn.Backend;
import stride.nn.NetworkLayout;
import stride.nn.PolicyLayout;
import stride.parallel.Team;

/**
 * PPO: rollout, advantages and update, in turn.
 *
 * <p>Owns the environments, the slabs and the parameters.
 */
public final class PpoLearner extends RolloutLearner {
  private final Task task;
  private final PolicyLayout policy;
  private final Backend backend;
  private final Team team;
  private final PpoConfig config;
  private final PpoBackend learning;
  private final Schedule learningRate;

  /**
   * Makes environments and initial parameters.
   *
   * @param policy layout of the actor-critic, of {@link PpoOptions#policy} for the same task
   * @param team outlives this object, which does not close it
   * @param config of {@link PpoOptions#config}
   * @param mode how a device does an update; ignored on the host
   * @throws IllegalArgumentException if the policy is for another task
   * @throws stride.nn.BackendUnavailableException if the backend cannot run here
   * @throws stride.env.MissingModelException if the task's model file is not there
   */
  public PpoLearner(
      Task task,
      PolicyLayout policy,
      Backend backend,
      Team team,
      PpoConfig config,
      UpdateMode mode) {
    super(
        new Rollout(
            task, policy, Backends.kernels(backend), team, config.rollout(), SlabAllocator.PAGES),
        team);
    this.task = task;
    this.policy = policy;
    this.backend = backend;
    this.team = team;
    this.config = config;
    this.learningRate = config.learningRate();
    PpoBackend made = null;
    try {
      made =
          PpoBackends.of(
              backend,
              rollout().slabs(),
              policy,
              team,
              config.gae(),
              config.update(),
              config.rollout().seed(),
              mode);
      this.learning = made;
      if (config.rollout().policyOnDevice()) {
        rollout().answerBy(learning.policy(config.rollout()));
      }
    } catch (RuntimeException | Error e) {
      if (made != null) {
        made.close();
      }
      super.close();
      throw e;
    }
  }

  @Override
  public void warmUp(double seconds) {
    WarmUp.run(task, policy, backend, team.size(), config, seconds);
  }

  @Override
  protected FloatSlab acting() {
    return learning.parameters();
  }

  @Override
  protected void learn(double progress, StageSplit laps) {
    learning.computeGae();
    laps.lap(Stage.GAE);
    learning.update(learningRate.at(progress));
    laps.lap(Stage.UPDATE);
  }

  @Override
  public List<StageClock> updateClocks() {
    return learning.clocks();
  }

  @Override
  public SequencedMap<String, Double> diagnostics() {
    return learning.diagnostics().tagged();
  }

  /**
   * The policy and value parameters, for evaluation: [policy.size], read only. They are changed by
   * {@link #iterate} and gone with this object.
   */
  public FloatSlab parameters() {
    return learning.parameters();
  }

  @Override
  public Optional<String> note() {
    return learning.note();
  }

  @Override
  public double flop() {
    final int epochs = config.update().updateEpochs();
    final double values = (double) rollout().slabs().values().length() * policy.valueFlop();
    final int recomputed = config.update().rules().recomputeAdvantages() ? epochs - 1 : 0;
    return flop(policy, config.rollout(), epochs) + recomputed * values;
  }

  /**
   * Floating-point operations of a rollout and of learning from it. Values are computed once more
   * than there are steps, for the observations at the end.
   *
   * @param epochs how often every row is used
   */
  public static double flop(PolicyLayout policy, RolloutConfig rollout, int epochs) {
    NetworkLayout network = policy.network();
    double rows = rollout.envSteps();
    double collecting =
        rows * network.forwardFlop() + (double) rollout.numEnvs() * policy.valueFlop();
    double learning = network.forwardFlop() + network.backwardFlop();
    return collecting + epochs * rows * learning;
  }

  @Override
  protected SequencedMap<String, Slab> learnt() {
    return learning.state();
  }

  @Override
  protected void restoreLearnt(Map<String, Slab> state) {
    learning.restore(state);
  }

  @Override
  public void close() {
    learning.close();
    super.close();
  }
}
