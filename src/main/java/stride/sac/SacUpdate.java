package stride.sac;

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
import stride.nn.ParameterRange;
import stride.nn.SacLayout;
import stride.optim.AdamOptimizer;
import stride.optim.GradientParts;
import stride.optim.MemberParameters;
import stride.optim.MemberRanges;
import stride.optim.TargetCopy;
import stride.optim.TeamParameters;
import stride.optim.UpdateFailure;
import stride.parallel.Partition;
import stride.parallel.Team;
import stride.play.Policy;
import stride.replay.ReplayBatch;
import stride.replay.ReplayGather;
import stride.replay.ReplayMemory;
import stride.replay.ReplayUpdate;
import stride.replay.UniformSampler;

/**
 * Updates of an actor, two critics and a temperature from samples of a memory.
 *
 * <p>A batch is cut into parts of a size that does not depend on the number of threads. Their
 * gradients are what the team learns from, as {@link GradientParts} says. Critics, actor and
 * temperature are ranges of the parameters, each with an optimiser and slots of its own, so that
 * one may go on while another member still adds up the last.
 *
 * <pre>
 *   sample, gather, targets, critics there and back | reduce, step the critics |
 *   actor there, critics there and back, actor back | reduce, step the actor   |
 *   (actor there)                                   | reduce, step the temperature | targets follow
 * </pre>
 */
final class SacUpdate implements ReplayUpdate {
  // of what MemberRanges has
  private static final int ACTOR = 0;
  private static final int CRITICS = 1;
  private static final int TEMPERATURE = 2;

  // sums of a part
  private static final int LOSS_1 = 0;
  private static final int LOSS_2 = 1;
  private static final int VALUE_1 = 2;
  private static final int VALUE_2 = 3;
  private static final int CRITIC_SUMS = 4;

  private final SacNetwork network;
  private final SacConfig config;
  private final ReplayMemory memory;
  private final Team team;
  private final UniformSampler sampler;
  private final GradientParts parts;
  private final GradientParts actorParts;
  private final GradientParts criticParts;
  private final GradientParts temperatureParts;
  private final List<Member> members = new ArrayList<>();
  private final Arena arena = Arena.ofShared();
  private final IntSlab rows; // [B] of the memory
  private final FloatSlab weights; // [B], all 1
  private final DoubleSlab criticSums; // [2, parts, CRITIC_SUMS]
  private final DoubleSlab policySums; // [2, parts]: losses
  private final DoubleSlab excessSums; // [2, parts]
  private final LongSlab counters; // [2]: steps of the critics, updates
  private final DoubleSlab knobs; // [SacKnobs.COUNT]

  /** What a thread keeps from update to update. */
  private static final class Member {
    final int from; // its first part
    final int to; // the first part that is no longer its own
    final MemberRanges own;
    final FloatSlab critics; // those that learn
    final TargetCopy target;
    final SacLoss loss;
    final ReplayGather gather;
    final List<ReplayBatch> batches; // of its parts, in order
    final double[] critic = new double[CRITIC_SUMS]; // means of the last update
    double policyLoss;
    double excess;

    Member(
        int from,
        int to,
        MemberRanges own,
        TargetCopy target,
        SacLoss loss,
        ReplayGather gather,
        List<ReplayBatch> batches) {
      this.from = from;
      this.to = to;
      this.own = own;
      this.critics = own.range(CRITICS).parameters();
      this.target = target;
      this.loss = loss;
      this.gather = gather;
      this.batches = batches;
    }

    FloatSlab parameters() {
      return own.parameters();
    }
  }

  /**
   * Makes an update with initial parameters.
   *
   * @param memory what is learnt from; outlives this object
   * @param team threads
   */
  SacUpdate(SacNetwork network, SacConfig config, ReplayMemory memory, Team team) {
    this.network = network;
    this.config = config;
    this.memory = memory;
    this.team = team;
    final int count = config.batches().parts();
    final SacLayout layout = network.layout();
    final long size = layout.network().size();
    this.sampler = new UniformSampler(memory, config.batches().nStep(), config.seed());
    this.parts = new GradientParts(size, count, network.kernels(), team.size());
    this.actorParts = parts.range(layout.actorRange());
    this.criticParts = parts.range(layout.criticRange());
    this.temperatureParts = parts.range(layout.temperatureRange());
    this.rows = IntSlab.allocate(arena, config.batches().size());
    this.weights = FloatSlab.allocate(arena, config.batches().size());
    this.criticSums = DoubleSlab.allocate(arena, 2, count, CRITIC_SUMS);
    this.policySums = DoubleSlab.allocate(arena, 2, count);
    this.excessSums = DoubleSlab.allocate(arena, 2, count);
    this.counters = LongSlab.allocate(arena, 2);
    this.knobs = DoubleSlab.allocate(arena, SacKnobs.COUNT);
    SacKnobs.begin(knobs, config.rates());
    addMembers(layout, size);
    layout.initialize(acting(), config.initSeed());
    aimAtCritics();
  }

  private void aimAtCritics() {
    final Member first = members.getFirst();
    first.target.parameters().copyFrom(first.critics);
  }

  private void addMembers(SacLayout layout, long size) {
    final ParameterRange critics = layout.criticRange();
    final List<MemberRanges> ranges =
        TeamParameters.ofRanges(
            size,
            List.of(layout.actorRange(), critics, layout.temperatureRange()),
            network.kernels(),
            () -> new AdamOptimizer(config.rates().eps(), true),
            team);
    final List<TargetCopy> targets = TargetCopy.of(critics.count(), network.kernels(), team);
    for (int index = 0; index < team.size(); index++) {
      members.add(member(index, ranges.get(index), targets.get(index)));
    }
  }

  private Member member(int index, MemberRanges own, TargetCopy target) {
    final SacConfig.Batches batches = config.batches();
    final int most = batches.mostRows();
    final int from = firstPart(index);
    final int to = firstPart(index + 1);
    List<ReplayBatch> gathered = new ArrayList<>();
    for (int part = from; part < to; part++) {
      gathered.add(new ReplayBatch(memory.spec(), most, SlabAllocator.PAGES));
    }
    return new Member(
        from,
        to,
        own,
        target,
        new SacLoss(network, config.seed(), most),
        new ReplayGather(memory, batches.nStep(), batches.gamma()),
        List.copyOf(gathered));
  }

  /** The first part of a member; that of the team's size itself is the end. */
  private int firstPart(int index) {
    return Partition.start(config.batches().parts(), index, team.size());
  }

  /** The first row of a part. */
  private int row(int part) {
    return Partition.start(config.batches().size(), part, config.batches().parts());
  }

  private int rowsOf(int part) {
    return row(part + 1) - row(part);
  }

  private float scale() {
    return 1f / config.batches().size();
  }

  @Override
  public FloatSlab acting() {
    return members.getFirst().parameters();
  }

  @Override
  public Actor actor(Shard shard) {
    return new SacActor(network, config, memory.spec().actionSpace(), shard);
  }

  @Override
  public void begin(int index) {
    final Member member = members.get(index);
    final Member first = members.getFirst();
    member.own.copyFrom(first.own);
    member.target.copyFrom(first.target);
    member.loss.transposeActor(member.parameters());
    member.loss.transposeCritics(member.parameters());
  }

  @Override
  public void collected(long from, long to) {
    // all transitions are drawn alike
  }

  @Override
  public void update(int index, long number, long steps, double progress) {
    final Member member = members.get(index);
    final StageClock clock = member.loss.clock();
    clock.start();
    gather(member, number, steps);
    learnCritics(member, number);
    final int policySteps = config.policy().in(number);
    final long first = config.policy().first(number);
    for (int k = 0; k < policySteps; k++) {
      learnPolicy(member, number, first + k);
    }
    if (config.following().after(number)) {
      member.target.follow(member.critics, config.following().tau());
    }
    if (index == 0) {
      counters.set(0, number + 1);
      counters.set(1, number + 1);
    }
    clock.lap(Stage.SYNC);
    clock.endStep();
  }

  private void gather(Member member, long number, long steps) {
    final StageClock clock = member.loss.clock();
    final int from = member.from;
    final int to = member.to;
    if (from < to) {
      sampler.rows(steps, number, row(from), row(to), rows, weights);
    }
    clock.lap(Stage.SAMPLE);
    for (int part = from; part < to; part++) {
      member.gather.rows(rows, row(part), row(part + 1), member.batches.get(part - from));
    }
    clock.lap(Stage.GATHER);
  }

  // ---- critics ----

  private void learnCritics(Member member, long number) {
    final SacLoss loss = member.loss;
    final FloatSlab parameters = member.parameters();
    final int count = config.batches().parts();
    final int from = member.from;
    final int to = member.to;
    final int slot = criticParts.firstSlot(number);
    final float alpha = alpha(parameters);
    for (int part = from; part < to; part++) {
      final ReplayBatch batch = member.batches.get(part - from);
      final int n = rowsOf(part);
      loss.aim(parameters, member.target.parameters(), alpha, batch, row(part), n, number);
      loss.judge(parameters, batch, n, scale(), parts.slot(slot + part));
      writeSums(loss, n, slot + part);
    }
    criticParts.own(number, count, from, to);
    team.barrier();
    final MemberParameters critics = member.own.range(CRITICS);
    final double norm = critics.reduce(criticParts, number, count);
    readSums(member, slot, count);
    loss.clock().lap(Stage.REDUCE);
    final double rate = knobs.get(SacKnobs.Q_LR);
    final double total = member.critic[LOSS_1] + member.critic[LOSS_2];
    requireFinite("qf_loss", total, rate, number, number);
    requireFinite("grad_norm of the critics", norm, rate, number, number);
    critics.step(number + 1, rate, norm);
    loss.transposeCritics(parameters);
    loss.clock().lap(Stage.ADAM);
  }

  /** Leaves a part's sums, added up in order. */
  private void writeSums(SacLoss loss, int n, long slot) {
    final long at = slot * CRITIC_SUMS;
    criticSums.set(at + LOSS_1, sum(loss.first().losses(), 1, n));
    criticSums.set(at + LOSS_2, sum(loss.second().losses(), 1, n));
    final int stride = network.layout().q1().outputStride();
    criticSums.set(at + VALUE_1, sum(loss.first().values(), stride, n));
    criticSums.set(at + VALUE_2, sum(loss.second().values(), stride, n));
  }

  private static double sum(FloatSlab column, int stride, int n) {
    double sum = 0;
    for (int r = 0; r < n; r++) {
      sum += column.get((long) r * stride);
    }
    return sum;
  }

  /** Means over the batch: every member finds the same. */
  private void readSums(Member member, int slot, int count) {
    for (int k = 0; k < CRITIC_SUMS; k++) {
      double sum = 0;
      for (int part = slot; part < slot + count; part++) {
        sum += criticSums.get((long) CRITIC_SUMS * part + k);
      }
      member.critic[k] = sum / config.batches().size();
    }
  }

  // ---- policy and temperature ----

  /**
   * One step of the policy, and of the temperature where that is learnt.
   *
   * @param number of the policy's step, from 0
   */
  private void learnPolicy(Member member, long update, long number) {
    final SacLoss loss = member.loss;
    final FloatSlab parameters = member.parameters();
    final int count = config.batches().parts();
    final int from = member.from;
    final int to = member.to;
    final int slot = actorParts.firstSlot(number);
    final float alpha = alpha(parameters);
    for (int part = from; part < to; part++) {
      final ReplayBatch batch = member.batches.get(part - from);
      final int n = rowsOf(part);
      final FloatSlab gradients = parts.slot(slot + part);
      loss.improve(parameters, alpha, batch, row(part), n, scale(), 2 * number, gradients);
      policySums.set((long) slot + part, sum(loss.first().losses(), 1, n));
      if (!config.temperature().fresh()) {
        writeExcess(loss, alpha, n, slot + part);
      }
    }
    actorParts.own(number, count, from, to);
    team.barrier();
    final MemberParameters actor = member.own.range(ACTOR);
    final double norm = actor.reduce(actorParts, number, count);
    member.policyLoss = mean(policySums, slot, count);
    loss.clock().lap(Stage.REDUCE);
    final double rate = knobs.get(SacKnobs.POLICY_LR);
    requireFinite("actor_loss", member.policyLoss, rate, update, number);
    requireFinite("grad_norm of the actor", norm, rate, update, number);
    actor.step(number + 1, rate, norm);
    loss.transposeActor(parameters);
    loss.clock().lap(Stage.ADAM);
    if (config.temperature().autotune()) {
      learnTemperature(member, update, number, alpha);
    }
  }

  private void learnTemperature(Member member, long update, long number, float alpha) {
    final SacLoss loss = member.loss;
    final FloatSlab parameters = member.parameters();
    final int count = config.batches().parts();
    final int from = member.from;
    final int to = member.to;
    final int slot = temperatureParts.firstSlot(number);
    if (config.temperature().fresh()) {
      for (int part = from; part < to; part++) {
        final int n = rowsOf(part);
        loss.temper(parameters, member.batches.get(part - from), row(part), n, 2 * number + 1);
        writeExcess(loss, alpha, n, slot + part);
      }
    }
    temperatureParts.own(number, count, from, to);
    team.barrier();
    final MemberParameters temperature = member.own.range(TEMPERATURE);
    final double norm = temperature.reduce(temperatureParts, number, count);
    member.excess = mean(excessSums, slot, count);
    loss.clock().lap(Stage.REDUCE);
    final double rate = knobs.get(SacKnobs.Q_LR);
    requireFinite("alpha_loss", -alpha * member.excess, rate, update, number);
    temperature.step(number + 1, rate, norm);
    loss.clock().lap(Stage.ADAM);
  }

  /** A part's sum of excesses, and its gradient of the logarithm of the temperature. */
  private void writeExcess(SacLoss loss, float alpha, int n, int slot) {
    final double excess = loss.excess(config.temperature().targetEntropy(), n);
    excessSums.set(slot, excess);
    temperatureParts.slot(slot).set(0, (float) (-alpha * excess / config.batches().size()));
  }

  private double mean(DoubleSlab sums, int slot, int count) {
    double sum = 0;
    for (int part = slot; part < slot + count; part++) {
      sum += sums.get(part);
    }
    return sum / config.batches().size();
  }

  /** The temperature as it is now: the same bits compiled or not. */
  private float alpha(FloatSlab parameters) {
    return config.temperature().autotune()
        ? (float) StrictMath.exp(network.logAlpha(parameters))
        : (float) config.temperature().alpha();
  }

  /** Every member finds the same, so that none waits for another. */
  private static void requireFinite(
      String what, double value, double learningRate, long update, long stepsSoFar) {
    if (!Double.isFinite(value)) {
      throw new UpdateFailure(update, learningRate, stepsSoFar).of(what + "=" + value);
    }
  }

  // ---- state ----

  @Override
  public SequencedMap<String, Slab> state() {
    final Member first = members.getFirst();
    SequencedMap<String, Slab> state = new LinkedHashMap<>(first.own.state(counters));
    state.put("target_parameters", first.target.parameters());
    state.put("knobs", knobs);
    return state;
  }

  @Override
  public void restore(Map<String, Slab> state) {
    SavedState.copy(state(), state);
  }

  @Override
  public void beginWith(FloatSlab parameters) {
    acting().copyFrom(parameters);
    aimAtCritics();
  }

  @Override
  public List<StageClock> clocks() {
    return members.stream().map(member -> member.loss.clock()).toList();
  }

  @Override
  public SequencedMap<String, Double> diagnostics() {
    final Member first = members.getFirst();
    final double alpha = alpha(first.parameters());
    SequencedMap<String, Double> diagnostics = new LinkedHashMap<>();
    if (counters.get(1) > 0) {
      diagnostics.put("losses/qf1_values", first.critic[VALUE_1]);
      diagnostics.put("losses/qf2_values", first.critic[VALUE_2]);
      diagnostics.put("losses/qf1_loss", first.critic[LOSS_1]);
      diagnostics.put("losses/qf2_loss", first.critic[LOSS_2]);
      diagnostics.put("losses/qf_loss", (first.critic[LOSS_1] + first.critic[LOSS_2]) / 2);
    }
    if (counters.get(1) >= config.policy().frequency()) {
      diagnostics.put("losses/actor_loss", first.policyLoss);
      if (config.temperature().autotune()) {
        diagnostics.put("losses/alpha_loss", -alpha * first.excess);
      }
    }
    diagnostics.put("losses/alpha", alpha);
    return diagnostics;
  }

  @Override
  public List<Knob> knobs() {
    return SacKnobs.of(knobs);
  }

  @Override
  public Policy policy() {
    return new SacPolicy(network, acting(), config.seed());
  }

  /** Steps of the policy are as many as updates. */
  @Override
  public double flopPerUpdate() {
    final boolean fresh = config.temperature().autotune() && config.temperature().fresh();
    final long again = fresh ? network.actor().layout().spec().forwardFlop() : 0;
    return (double) (network.criticFlop() + network.policyFlop() + again) * config.batches().size();
  }

  @Override
  public double flopPerAction() {
    return network.actor().layout().spec().forwardFlop();
  }

  @Override
  public void close() {
    for (Member member : members) {
      member.own.close();
      member.target.close();
      member.loss.close();
      member.batches.forEach(ReplayBatch::close);
    }
    parts.close();
    sampler.close();
    if (arena.scope().isAlive()) {
      arena.close();
    }
  }
}
