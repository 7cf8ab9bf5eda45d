package stride.reinforce;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import stride.collect.Actor;
import stride.env.Shard;
import stride.learn.Knob;
import stride.learn.SavedState;
import stride.learn.Stage;
import stride.learn.StageClock;
import stride.memory.DoubleSlab;
import stride.memory.FloatSlab;
import stride.memory.Slab;
import stride.nn.Kernels;
import stride.nn.MlpSpec;
import stride.nn.PolicyInference;
import stride.nn.PolicyLayout;
import stride.optim.GradientParts;
import stride.optim.UpdateFailure;
import stride.parallel.Partition;
import stride.parallel.Team;
import stride.play.ActorCriticPolicy;
import stride.play.Policy;
import stride.ppo.PolicyKnobs;
import stride.ppo.PpoKernels;
import stride.replay.ReplayEpisodes;
import stride.replay.ReplayMemory;
import stride.replay.ReplayUpdate;

/**
 * Updates of a policy from whole episodes.
 *
 * <p>After every round of steps it is seen whether enough episodes have ended; if not, nothing is
 * learnt. The rows are cut into parts, how many of them depending on their number alone; the parts'
 * gradients are what the team learns from, as {@link GradientParts} says.
 *
 * <pre>
 *   returns of own environments | barrier | values of own parts | barrier | losses of own parts | barrier | reduce, step
 * </pre>
 *
 * <p>The values, and the barrier behind them, are there only with a baseline.
 */
final class ReinforceUpdate implements ReplayUpdate {
  private static final int MOST_PARTS = 16;
  private static final int FEWEST_ROWS = 32; // of a part, where there are several

  private final PolicyLayout policy;
  private final ReinforceConfig config;
  private final Kernels kernels;
  private final ReplayMemory memory;
  private final Team team;
  private final ReplayEpisodes episodes;
  private final GradientParts parts;
  private final EpisodeSlabs slabs;
  private final PolicyKnobs knobs;
  private final List<EpisodeMember> members = new ArrayList<>();
  private boolean ready; // written by member 0 while the others wait

  /**
   * Makes an update with initial parameters.
   *
   * @param memory what is learnt from; outlives this object
   * @param team threads
   */
  ReinforceUpdate(
      PolicyLayout policy,
      ReinforceConfig config,
      Kernels kernels,
      PpoKernels ppoKernels,
      ReplayMemory memory,
      Team team) {
    this.policy = policy;
    this.config = config;
    this.kernels = kernels;
    this.memory = memory;
    this.team = team;
    this.slabs = new EpisodeSlabs(memory, MOST_PARTS);
    this.episodes = slabs.episodes();
    this.parts = new GradientParts(policy.size(), MOST_PARTS, kernels, team.size());
    this.knobs =
        new PolicyKnobs(slabs.arena(), config.update().learningRate(), config.update().entCoef());
    for (int k = 0; k < team.size(); k++) {
      members.add(new EpisodeMember(policy, config, kernels, ppoKernels, slabs));
    }
    slabs.last().set(EpisodeSlabs.LEARNING_RATE, config.update().learningRate());
    policy.initialize(acting(), config.seed());
  }

  @Override
  public FloatSlab acting() {
    return members.getFirst().copy.parameters();
  }

  /** The sum of gradients of the last update, before clipping. */
  FloatSlab gradients() {
    return members.getFirst().copy.gradients();
  }

  @Override
  public Actor actor(Shard shard) {
    return new PolicyActor(new PolicyInference(policy, kernels, config.seed()), slabs.logProbs());
  }

  @Override
  public void begin(int index) {
    final EpisodeMember member = members.get(index);
    member.copy.copyFrom(members.getFirst().copy);
    member.loss.transpose(member.copy.parameters());
    member.loss.entCoef(knobs.entCoef());
    member.steps = slabs.counters().get(0);
  }

  @Override
  public void collected(long from, long to) {
    episodes.ended(from, to);
    ready = episodes.ended() >= config.episodesPerUpdate();
  }

  @Override
  public void update(int index, long number, long steps, double progress) {
    if (!ready) {
      return;
    }
    final EpisodeMember member = members.get(index);
    final int rows = episodes.rowCount();
    final StageClock clock = member.loss.clock();
    clock.start();
    final int envs = memory.numEnvs();
    episodes.fill(
        config.gamma(),
        Partition.start(envs, index, team.size()),
        Partition.start(envs, index + 1, team.size()));
    team.barrier();
    clock.lap(Stage.SAMPLE);
    if (rows > 0) { // else the simulation has broken every episode
      learn(index, member, rows, config.annealLr() ? 1 - progress : 1);
      if (index == 0) {
        note(member);
      }
    }
    if (index == 0) {
      episodes.learnt(); // which the others have left
      ready = false;
    }
    clock.endStep();
  }

  private void learn(int index, EpisodeMember member, int rows, double annealed) {
    final StageClock clock = member.loss.clock();
    final int count = Math.min(MOST_PARTS, Math.ceilDiv(rows, FEWEST_ROWS));
    final int from = Partition.start(count, index, team.size());
    final int to = Partition.start(count, index + 1, team.size());
    if (config.baseline()) {
      member.advantages(Partition.start(rows, from, count), Partition.start(rows, to, count));
      team.barrier();
      clock.lap(Stage.TARGET);
    }
    member.normalize(rows);
    member.steps++;
    final int slot = parts.firstSlot(member.steps);
    for (int part = from; part < to; part++) {
      final int first = Partition.start(rows, part, count);
      final int end = Partition.start(rows, part + 1, count);
      member.differentiate(first, end, 1f / rows, parts.slot(slot + part), slot + part);
    }
    parts.own(member.steps, count, from, to);
    team.barrier();
    member.norm = member.copy.reduce(parts, member.steps, count);
    member.sums.read(slabs.sums(), slot, count, rows);
    clock.lap(Stage.REDUCE);
    member.learningRate = knobs.learningRate() * annealed;
    checkFinite(member);
    member.copy.step(member.steps, member.learningRate, member.norm);
    member.loss.transpose(member.copy.parameters());
    clock.lap(Stage.ADAM);
  }

  /** Every member finds the same, so that none waits for another. */
  private static void checkFinite(EpisodeMember member) {
    if (!Double.isFinite(member.sums.policyLoss())) {
      throw failure(member, "policy_loss=" + member.sums.policyLoss());
    }
    if (!Double.isFinite(member.sums.valueLoss())) {
      throw failure(member, "value_loss=" + member.sums.valueLoss());
    }
    if (!Double.isFinite(member.norm)) {
      throw failure(member, "grad_norm=" + member.norm);
    }
  }

  private static RuntimeException failure(EpisodeMember member, String what) {
    final long before = member.steps - 1;
    return new UpdateFailure(before, member.learningRate, before).of(what);
  }

  /** What one member keeps for all. */
  private void note(EpisodeMember member) {
    slabs.counters().set(0, member.steps);
    slabs.counters().set(1, member.steps);
    slabs.last().set(EpisodeSlabs.LEARNING_RATE, member.learningRate);
    slabs.last().set(EpisodeSlabs.POLICY_LOSS, member.sums.policyLoss());
    slabs.last().set(EpisodeSlabs.VALUE_LOSS, member.sums.valueLoss());
    slabs.last().set(EpisodeSlabs.ENTROPY, member.sums.entropy());
    slabs.last().set(EpisodeSlabs.GRAD_NORM, member.norm);
  }

  @Override
  public SequencedMap<String, Slab> state() {
    SequencedMap<String, Slab> state =
        new LinkedHashMap<>(members.getFirst().copy.state(slabs.counters()));
    state.put("unlearnt_episodes", episodes.state());
    state.put("last_update", slabs.last());
    state.put(PolicyKnobs.STATE, knobs.state());
    return state;
  }

  @Override
  public void restore(Map<String, Slab> state) {
    SavedState.copy(state(), state);
  }

  @Override
  public List<StageClock> clocks() {
    return members.stream().map(member -> member.loss.clock()).toList();
  }

  @Override
  public SequencedMap<String, Double> diagnostics() {
    final DoubleSlab last = slabs.last();
    final long updates = slabs.counters().get(1);
    SequencedMap<String, Double> diagnostics = new LinkedHashMap<>();
    diagnostics.put("charts/learning_rate", last.get(EpisodeSlabs.LEARNING_RATE));
    diagnostics.put("charts/updates", (double) updates);
    if (updates > 0) {
      diagnostics.put("losses/policy_loss", last.get(EpisodeSlabs.POLICY_LOSS));
      if (config.baseline()) {
        diagnostics.put("losses/value_loss", last.get(EpisodeSlabs.VALUE_LOSS));
      }
      diagnostics.put("losses/entropy", last.get(EpisodeSlabs.ENTROPY));
      diagnostics.put("losses/grad_norm", last.get(EpisodeSlabs.GRAD_NORM));
    }
    return diagnostics;
  }

  @Override
  public List<Knob> knobs() {
    return knobs.all();
  }

  @Override
  public Policy policy() {
    return new ActorCriticPolicy(
        policy, false, Map.of("parameters", acting()), kernels, config.seed());
  }

  /** Every step is learnt from once, so that in the long run a round has as many rows as steps. */
  @Override
  public double flopPerUpdate() {
    final MlpSpec actor = policy.spec().actor();
    final MlpSpec critic = policy.spec().critic();
    double row = actor.forwardFlop() + actor.backwardFlop();
    if (config.baseline()) {
      row += 2.0 * critic.forwardFlop() + critic.backwardFlop();
    }
    return row * config.rounds().numEnvs() * config.rounds().stepsPerRound();
  }

  @Override
  public double flopPerAction() {
    return policy.spec().actor().forwardFlop();
  }

  @Override
  public void close() {
    members.forEach(EpisodeMember::close);
    parts.close();
    slabs.close();
  }
}
