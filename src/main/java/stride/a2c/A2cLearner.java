package stride.a2c;

import java.lang.foreign.Arena;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.function.DoubleConsumer;
import stride.collect.OnPolicyLearner;
import stride.collect.Rollout;
import stride.env.Shard;
import stride.env.Task;
import stride.learn.Backends;
import stride.learn.Collector;
import stride.learn.Knob;
import stride.learn.SavedState;
import stride.learn.Stage;
import stride.learn.StageClock;
import stride.memory.Slab;
import stride.memory.SlabAllocator;
import stride.nn.Backend;
import stride.nn.Kernels;
import stride.nn.PolicyLayout;
import stride.parallel.Team;
import stride.ppo.Gae;
import stride.ppo.PolicyKnobs;
import stride.ppo.PpoBackends;
import stride.ppo.PpoLearner;
import stride.ppo.Update;
import stride.ppo.UpdateConfig;
import stride.ppo.UpdateDiagnostics;

/**
 * A2C: a short rollout, its advantages and one step, round after round.
 *
 * <pre>
 *   member 0 | own environments | barrier | statistics, rows | barrier | own chunks | barrier | step | own environments
 *   member 1 | own environments |         | advantages       |         | own chunks |         | step | own environments
 * </pre>
 *
 * <p>A round is a few microseconds' work for each thread, so that all rounds of an iteration are
 * one run of the team, and a member acts by its own copy of the parameters: that of another would
 * have to be handed over, a cache line at a time. Owns the environments, the slabs and the
 * parameters.
 */
final class A2cLearner extends OnPolicyLearner {
  private final PolicyLayout policy;
  private final Team team;
  private final A2cConfig config;
  private final DoubleConsumer warmUp;
  private final Arena arena = Arena.ofShared();
  private final PolicyKnobs knobs;
  private final Gae gae;
  private final Update update;
  private final Team.Work work = this::work; // made once: a round allocates nothing

  // of the run of the team at work; the times are member 0's
  private double learningRate;
  private long lap;
  private long collecting;
  private long estimating;
  private long updating;

  /** What steps the environments: the rollouts of an iteration, one after the other. */
  private record Rounds(Rollout rollout, int rounds) implements Collector {
    @Override
    public List<Shard> shards() {
      return rollout.shards();
    }

    @Override
    public List<StageClock> clocks() {
      return rollout.clocks();
    }

    @Override
    public int numEnvs() {
      return rollout.numEnvs();
    }

    @Override
    public int numSteps() {
      return rounds * rollout.numSteps();
    }

    @Override
    public boolean lockstep() {
      return rollout.lockstep();
    }
  }

  private A2cLearner(
      Task task,
      PolicyLayout policy,
      Backend backend,
      Team team,
      A2cConfig config,
      DoubleConsumer warmUp) {
    super(
        new Rollout(
            task, policy, Backends.kernels(backend), team, config.rollout(), SlabAllocator.PAGES),
        team);
    this.policy = policy;
    this.team = team;
    this.config = config;
    this.warmUp = warmUp;
    this.knobs = new PolicyKnobs(arena, config.update().learningRate(), config.update().entCoef());
    Gae made = null;
    try {
      made = new Gae(rollout().slabs(), PpoBackends.kernels(backend), team, config.gae());
      this.gae = made;
      this.update = update(backend);
    } catch (RuntimeException | Error e) {
      if (made != null) {
        made.close();
      }
      arena.close();
      super.close();
      throw e;
    }
  }

  private Update update(Backend backend) {
    final Kernels kernels = Backends.kernels(backend);
    final UpdateConfig coefficients = config.update();
    return new Update(
        rollout().slabs(),
        gae,
        policy,
        kernels,
        PpoBackends.kernels(backend),
        team,
        coefficients,
        config.chunkRows(),
        () -> config.optimizer().optimizer(coefficients.adamEps()),
        config.rollout().seed());
  }

  /**
   * Makes environments and initial parameters.
   *
   * @param options checked
   * @param team outlives the learner, which does not close it
   * @param warmUp runs all of it on throw-away data, for so many seconds at most
   * @return the caller's to close
   */
  static A2cLearner of(A2cOptions options, Task task, long seed, Team team, DoubleConsumer warmUp) {
    return new A2cLearner(
        task, options.policy(task), options.backendChosen(), team, options.config(seed), warmUp);
  }

  @Override
  public long envStepsPerIteration() {
    return config.envStepsPerIteration();
  }

  @Override
  public void warmUp(double seconds) {
    warmUp.accept(seconds);
  }

  @Override
  public void iterate(double progress) {
    last().begin();
    rollout().begin();
    update.entCoef(knobs.entCoef());
    learningRate = knobs.learningRate() * (config.annealLr() ? 1 - progress : 1);
    collecting = 0;
    estimating = 0;
    updating = 0;
    final long cpuBefore = team.cpuNanos();
    team.run(work);
    split(team.cpuNanos() - cpuBefore);
    update.checkParameters();
  }

  /** Members wait for one another at work, so that each stage holds all of them for its time. */
  private void split(long cpu) {
    final double perNano = (double) cpu / (collecting + estimating + updating);
    last().add(Stage.ROLLOUT, collecting, Math.round(perNano * collecting));
    last().add(Stage.GAE, estimating, Math.round(perNano * estimating));
    last().add(Stage.UPDATE, updating, Math.round(perNano * updating));
  }

  private void work(int member) {
    update.begin(member);
    team.barrier(); // all have taken over the state
    if (member == 0) {
      lap = System.nanoTime();
    }
    for (int k = 0; k < config.rounds(); k++) {
      round(member);
    }
  }

  private void round(int member) {
    rollout().collect(member, update.parameters(member));
    team.barrier();
    if (member == 0) {
      collecting += lap();
      rollout().collected();
      episodes().merge(finished());
      update.arrange(learningRate);
    }
    gae.compute(member);
    team.barrier();
    if (member == 0) {
      estimating += lap();
    }
    update.learn(member);
    if (member == 0) {
      updating += lap();
    }
  }

  private long lap() {
    final long now = System.nanoTime();
    final long nanos = now - lap;
    lap = now;
    return nanos;
  }

  /** Computes advantages of the last rollout as if an episode had been truncated in it. */
  void estimateTruncated() {
    rollout().slabs().truncated().set(0, (byte) 1);
    gae.compute();
  }

  @Override
  public Collector collector() {
    return new Rounds(rollout(), config.rounds());
  }

  @Override
  public List<StageClock> updateClocks() {
    return update.clocks();
  }

  /** What is the same for every ratio of 1 is left out. */
  @Override
  public SequencedMap<String, Double> diagnostics() {
    final UpdateDiagnostics last = update.diagnostics();
    SequencedMap<String, Double> diagnostics = new LinkedHashMap<>();
    diagnostics.put("charts/learning_rate", last.learningRate());
    diagnostics.put("losses/value_loss", last.valueLoss());
    diagnostics.put("losses/policy_loss", update.policyGradientLoss());
    diagnostics.put("losses/entropy", last.entropy());
    diagnostics.put("losses/explained_variance", last.explainedVariance());
    diagnostics.put("losses/grad_norm", last.gradNorm());
    return diagnostics;
  }

  @Override
  public List<Knob> knobs() {
    return knobs.all();
  }

  @Override
  public double flop() {
    return config.rounds() * PpoLearner.flop(policy, config.rollout(), 1);
  }

  @Override
  protected SequencedMap<String, Slab> learnt() {
    SequencedMap<String, Slab> learnt = new LinkedHashMap<>(update.state());
    learnt.put(PolicyKnobs.STATE, knobs.state());
    return learnt;
  }

  @Override
  protected void restoreLearnt(Map<String, Slab> state) {
    SavedState.copy(learnt(), state);
  }

  @Override
  public void close() {
    update.close();
    gae.close();
    super.close();
    if (arena.scope().isAlive()) {
      arena.close();
    }
  }
}
