package stride.dqn;

import java.lang.foreign.Arena;
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
import stride.memory.IntSlab;
import stride.memory.LongSlab;
import stride.memory.Slab;
import stride.memory.SlabAllocator;
import stride.nn.MlpSpec;
import stride.optim.GradientParts;
import stride.optim.MemberParameters;
import stride.optim.TargetCopy;
import stride.optim.TeamParameters;
import stride.optim.UpdateFailure;
import stride.parallel.Partition;
import stride.parallel.Team;
import stride.play.Policy;
import stride.replay.PrioritySampler;
import stride.replay.ReplayGather;
import stride.replay.ReplayMemory;
import stride.replay.ReplayUpdate;
import stride.replay.Sampler;
import stride.replay.UniformSampler;

/**
 * Updates of a Q network from samples of a memory.
 *
 * <p>A batch is cut into parts of a size that does not depend on the number of threads. Their
 * gradients are what the team learns from, as {@link GradientParts} says; every member of the team
 * steps its own copy of the parameters, or its share, and its own copy of the target network
 * follows.
 *
 * <pre>
 *   sample, gather, target, forward, backward of own parts | barrier | reduce, step, follow
 * </pre>
 *
 * <p>With priorities the members also meet between two updates of a round, when member 0 has
 * renewed the priorities.
 */
final class DqnUpdate implements ReplayUpdate {
  private final QNetwork network;
  private final DqnConfig config;
  private final ReplayMemory memory;
  private final Team team;
  private final Sampler sampler;
  private final GradientParts parts;
  private final List<Member> members = new ArrayList<>();
  private final List<DqnActor> actors = new ArrayList<>();
  private final Arena arena = Arena.ofShared();
  private final IntSlab rows; // [B] of the memory
  private final FloatSlab weights; // [B]
  private final FloatSlab errors; // [B]
  private final DoubleSlab sums; // [2, parts, 2]
  private final LongSlab counters; // [2]: steps of the optimiser, updates
  private final DoubleSlab knobs; // [DqnKnobs.COUNT]

  /** What a thread keeps from update to update. */
  private static final class Member {
    final MemberParameters copy;
    final TargetCopy target;
    final PartLoss loss;
    final Sampler sampler;
    final ReplayGather gather;
    double learningRate; // of the last update
    double norm;
    double tdLoss;
    double value;

    Member(
        MemberParameters copy,
        TargetCopy target,
        PartLoss loss,
        Sampler sampler,
        ReplayGather gather) {
      this.copy = copy;
      this.target = target;
      this.loss = loss;
      this.sampler = sampler;
      this.gather = gather;
    }
  }

  /**
   * Makes an update with initial parameters.
   *
   * @param memory what is learnt from; outlives this object
   * @param team threads
   */
  DqnUpdate(QNetwork network, DqnConfig config, ReplayMemory memory, Team team) {
    final int batch = config.batches().size();
    final int count = config.batches().parts();
    final long size = network.layout().size();
    this.network = network;
    this.config = config;
    this.memory = memory;
    this.team = team;
    this.sampler = sampler(config, memory);
    this.parts = new GradientParts(size, count, network.kernels(), team.size());
    this.rows = IntSlab.allocate(arena, batch);
    this.weights = FloatSlab.allocate(arena, batch);
    this.errors = FloatSlab.allocate(arena, batch);
    this.sums = DoubleSlab.allocate(arena, 2, count, PartLoss.SUMS);
    this.counters = LongSlab.allocate(arena, 2);
    this.knobs = DoubleSlab.allocate(arena, DqnKnobs.COUNT);
    final DqnConfig.Step step = config.step();
    final List<MemberParameters> copies =
        TeamParameters.of(
            size,
            network.kernels(),
            () -> step.optimizer().optimizer(step.eps()),
            step.maxGradNorm(),
            team);
    final List<TargetCopy> targets = TargetCopy.of(size, network.kernels(), team);
    for (int index = 0; index < team.size(); index++) {
      members.add(member(copies.get(index), targets.get(index)));
    }
    DqnKnobs.begin(knobs, config.step().learningRate());
    members.forEach(member -> member.learningRate = config.step().learningRate());
    network.layout().initialize(acting(), config.initSeed(), config.initialization());
    aimAtActing();
  }

  private void aimAtActing() {
    members.getFirst().target.parameters().copyFrom(acting());
  }

  private static Sampler sampler(DqnConfig config, ReplayMemory memory) {
    final DqnConfig.Batches batches = config.batches();
    return batches.priorities() == null
        ? new UniformSampler(memory, batches.nStep(), config.seed())
        : new PrioritySampler(
            memory,
            batches.nStep(),
            config.seed(),
            batches.size(),
            batches.priorities().alpha(),
            batches.priorities().beta(),
            SlabAllocator.PAGES);
  }

  private Member member(MemberParameters copy, TargetCopy target) {
    final DqnConfig.Batches batches = config.batches();
    final int most = batches.mostRows();
    return new Member(
        copy,
        target,
        new PartLoss(network, memory.spec(), config.loss(), config.doubleQ(), most),
        sampler.another(),
        new ReplayGather(memory, batches.nStep(), batches.gamma()));
  }

  @Override
  public FloatSlab acting() {
    return members.getFirst().copy.parameters();
  }

  @Override
  public Actor actor(Shard shard) {
    var actor =
        new DqnActor(network, config.exploration(), config.seed(), memory.numEnvs(), shard, knobs);
    actors.add(actor);
    return actor;
  }

  @Override
  public void begin(int index) {
    final Member member = members.get(index);
    final Member first = members.getFirst();
    member.copy.copyFrom(first.copy);
    member.target.copyFrom(first.target);
    member.loss.transpose(member.copy.parameters());
  }

  @Override
  public void collected(long from, long to) {
    if (sampler instanceof PrioritySampler priorities) {
      priorities.wrote(from, to);
    }
  }

  @Override
  public void update(int index, long number, long steps, double progress) {
    final Member member = members.get(index);
    final StageClock clock = member.loss.clock();
    final int count = config.batches().parts();
    final int from = Partition.start(count, index, team.size());
    final int to = Partition.start(count, index + 1, team.size());
    clock.start();
    draw(member, number, steps, row(from), row(to));
    clock.lap(Stage.SAMPLE);
    final int slot = parts.firstSlot(number);
    for (int part = from; part < to; part++) {
      learn(member, part, slot + part);
    }
    parts.own(number, count, from, to);
    team.barrier();
    member.norm = member.copy.reduce(parts, number, count);
    readSums(member, slot, count);
    clock.lap(Stage.REDUCE);
    final double whole = knobs.get(DqnKnobs.LEARNING_RATE);
    member.learningRate = config.step().annealLr() ? whole * (1 - progress) : whole;
    checkFinite(member, number);
    member.copy.step(number + 1, member.learningRate, member.norm);
    member.loss.transpose(member.copy.parameters());
    clock.lap(Stage.ADAM);
    follow(member, config.following().times(number, steps));
    if (index == 0) {
      settle(number);
    }
    clock.lap(Stage.SYNC);
    clock.endStep();
  }

  /** The first row of a part. */
  private int row(int part) {
    return Partition.start(config.batches().size(), part, config.batches().parts());
  }

  private void draw(Member member, long number, long steps, int from, int to) {
    if (config.batches().priorities() != null && !config.following().begins(number)) {
      team.barrier(); // member 0 has renewed the priorities by the last rows
    }
    if (from < to) {
      member.sampler.rows(steps, number, from, to, rows, weights);
    }
  }

  private void learn(Member member, int part, int slot) {
    final PartLoss loss = member.loss;
    final FloatSlab parameters = member.copy.parameters();
    final int from = row(part);
    final int partRows = row(part + 1) - from;
    member.gather.rows(rows, from, from + partRows, loss.batch());
    loss.clock().lap(Stage.GATHER);
    loss.aim(parameters, member.target.parameters(), partRows);
    loss.differentiate(
        parameters,
        partRows,
        weights,
        from,
        1f / config.batches().size(),
        errors,
        parts.slot(slot));
    loss.writeSums(partRows, sums, slot);
  }

  /** Means over the batch: every member finds the same. */
  private void readSums(Member member, int slot, int count) {
    double loss = 0;
    double value = 0;
    for (int part = slot; part < slot + count; part++) {
      loss += sums.get((long) PartLoss.SUMS * part);
      value += sums.get((long) PartLoss.SUMS * part + 1);
    }
    member.tdLoss = loss / config.batches().size();
    member.value = value / config.batches().size();
  }

  /** Every member finds the same, so that none waits for another. */
  private static void checkFinite(Member member, long number) {
    if (!Double.isFinite(member.tdLoss)) {
      throw failure(member, number, "td_loss=" + member.tdLoss);
    }
    if (!Double.isFinite(member.norm)) {
      throw failure(member, number, "grad_norm=" + member.norm);
    }
  }

  private static RuntimeException failure(Member member, long number, String what) {
    return new UpdateFailure(number, member.learningRate, number).of(what);
  }

  private void follow(Member member, long times) {
    final double tau = config.following().tau();
    for (long k = 0; k < (tau == 1 ? Math.min(1, times) : times); k++) {
      member.target.follow(member.copy.parameters(), tau);
    }
  }

  /** What one member does for all. */
  private void settle(long number) {
    counters.set(0, number + 1);
    counters.set(1, number + 1);
    if (sampler instanceof PrioritySampler priorities) {
      priorities.renew(rows, errors, config.batches().size());
    }
  }

  @Override
  public SequencedMap<String, Slab> state() {
    final Member first = members.getFirst();
    SequencedMap<String, Slab> state = new LinkedHashMap<>(first.copy.state(counters));
    state.put("target_parameters", first.target.parameters());
    state.put("knobs", knobs);
    if (sampler instanceof PrioritySampler priorities) {
      state.putAll(priorities.state());
    }
    return state;
  }

  @Override
  public void restore(Map<String, Slab> state) {
    SavedState.copy(state(), state);
    if (sampler instanceof PrioritySampler priorities) {
      priorities.restore(state); // its sums as well
    }
  }

  @Override
  public void beginWith(FloatSlab parameters) {
    acting().copyFrom(parameters);
    aimAtActing();
  }

  @Override
  public List<StageClock> clocks() {
    return members.stream().map(member -> member.loss.clock()).toList();
  }

  @Override
  public SequencedMap<String, Double> diagnostics() {
    final Member first = members.getFirst();
    SequencedMap<String, Double> diagnostics = new LinkedHashMap<>();
    if (counters.get(1) > 0) {
      diagnostics.put("losses/td_loss", first.tdLoss);
      diagnostics.put("losses/q_values", first.value);
      diagnostics.put("losses/grad_norm", first.norm);
    }
    if (!actors.isEmpty()) {
      diagnostics.put("charts/epsilon", actors.getFirst().epsilon());
    }
    diagnostics.put("charts/learning_rate", first.learningRate);
    return diagnostics;
  }

  @Override
  public List<Knob> knobs() {
    return DqnKnobs.of(knobs);
  }

  @Override
  public Policy policy() {
    return new DqnPolicy(network, acting(), config.exploration().end(), config.seed());
  }

  @Override
  public double flopPerUpdate() {
    final MlpSpec mlp = network.layout().mlp().spec();
    final long passes = config.doubleQ() ? 3 : 2; // target, online of the next, online
    final long ofRow = passes * mlp.forwardFlop() + mlp.backwardFlop();
    return (double) ofRow * config.batches().size();
  }

  @Override
  public double flopPerAction() {
    return network.layout().mlp().spec().forwardFlop();
  }

  @Override
  public void close() {
    for (Member member : members) {
      member.copy.close();
      member.target.close();
      member.loss.close();
    }
    parts.close();
    sampler.close();
    if (arena.scope().isAlive()) {
      arena.close();
    }
  }
}
