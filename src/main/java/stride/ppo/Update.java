package stride.ppo;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.function.Supplier;
import stride.collect.RolloutSlabs;
import stride.learn.NotFiniteException;
import stride.learn.SavedState;
import stride.learn.Stage;
import stride.learn.StageClock;
import stride.memory.DoubleSlab;
import stride.memory.ElementType;
import stride.memory.FloatSlab;
import stride.memory.LongSlab;
import stride.memory.Slab;
import stride.memory.SlabAllocator;
import stride.memory.SlabBlock;
import stride.memory.SlabPlan;
import stride.nn.Kernels;
import stride.nn.PolicyLayout;
import stride.optim.GradientParts;
import stride.optim.MemberParameters;
import stride.optim.Optimizer;
import stride.optim.TeamParameters;
import stride.optim.UpdateFailure;
import stride.parallel.Partition;
import stride.parallel.Team;
import stride.random.RandomStream;

/**
 * Epochs of minibatches over a rollout: losses, gradients, clipping, Adam.
 *
 * <p>A minibatch is cut into chunks of a size that does not depend on the number of threads. Their
 * gradients are the parts that the team learns from, as {@link GradientParts} says; every member of
 * the team steps its own copy of the parameters, or its share.
 *
 * <p>Driven by the thread that runs the team. Owns the parameters; closing is idempotent.
 */
public final class Update implements AutoCloseable {
  private final RolloutSlabs rollout;
  private final Gae gae;
  private final Team team;
  private final UpdateConfig config;
  private final Gather gather;
  private final GradientParts parts;
  private final int chunkRows;
  private final double epochKl; // beyond which there is no further epoch
  private final double minibatchKl; // beyond which there is no further step
  private final Minibatches minibatches;
  private final List<UpdateMember> members = new ArrayList<>();
  private final SlabBlock block;
  private final FreshAdvantages fresh; // null where those of the rollout serve all epochs
  private final DoubleSlab sums; // [2, chunks, 8]
  private final LongSlab counters; // [2]: steps of Adam, updates
  private final Team.Work work = this::work; // made once: an update allocates nothing
  private double learningRate;

  /**
   * Makes an update with initial parameters.
   *
   * @param rollout what is learnt from
   * @param gae its advantages and returns
   * @param policy layout of the actor-critic
   * @param kernels what computes networks
   * @param ppoKernels what computes losses
   * @param team threads
   * @param config coefficients
   * @param chunkRows the most rows of a chunk
   * @param optimizers makes what steps the parameters, one for each member
   * @param seed of initial parameters and shuffles
   * @throws IllegalArgumentException if minibatches do not divide the rollout
   */
  public Update(
      RolloutSlabs rollout,
      Gae gae,
      PolicyLayout policy,
      Kernels kernels,
      PpoKernels ppoKernels,
      Team team,
      UpdateConfig config,
      int chunkRows,
      Supplier<Optimizer> optimizers,
      long seed) {
    final int rows = Math.toIntExact(rollout.rewards().length());
    config.checkRows(rows);
    this.rollout = rollout;
    this.gae = gae;
    this.team = team;
    this.config = config;
    this.gather =
        new Gather(
            rollout,
            gae.advantages(),
            gae.returns(),
            policy.inputStride(),
            policy.spec().actions());
    this.minibatches = new Minibatches(rows, config.numMinibatches(), config.updateEpochs());
    final int largest = minibatches.largest();
    this.chunkRows = chunkRows;
    this.epochKl = config.rules().klStop().ofEpoch(config.targetKl());
    this.minibatchKl = config.rules().klStop().ofMinibatch(config.targetKl());
    final int chunks = Math.ceilDiv(largest, chunkRows);
    this.parts = new GradientParts(policy.size(), chunks, kernels, team.size());
    this.block =
        new SlabPlan()
            .add("sums", ElementType.DOUBLE, 2, chunks, LossSums.LENGTH)
            .add("counters", ElementType.LONG, 2)
            .allocate(SlabAllocator.PAGES);
    this.sums = block.doubles("sums");
    this.counters = block.longs("counters");
    for (MemberParameters copy :
        TeamParameters.of(policy.size(), kernels, optimizers, config.maxGradNorm(), team)) {
      members.add(
          new UpdateMember(
              copy,
              new ChunkLoss(policy, config, kernels, ppoKernels, Math.min(chunkRows, largest)),
              seed));
    }
    this.fresh =
        config.rules().recomputeAdvantages()
            ? new FreshAdvantages(rollout, gae, policy, kernels, team, seed)
            : null;
    policy.initialize(parameters(), seed);
  }

  /** Learns from the rollout at the configured learning rate. */
  public void run() {
    run(config.learningRate());
  }

  /**
   * Learns from the rollout, its advantages and returns.
   *
   * @param newLearningRate of this update
   * @throws NotFiniteException if a loss, gradient or parameter is not finite; the parameters are
   *     then worthless
   */
  public void run(double newLearningRate) {
    learningRate = newLearningRate;
    minibatches.begin(rollout.diverged());
    team.run(work);
    count();
    checkParameters();
  }

  private void work(int index) {
    final UpdateMember member = members.get(index);
    begin(index);
    shuffle(index, member.random);
    prepare(member);
    team.barrier(); // all orders are there, and all copies are made
    epochs(index, member);
  }

  /**
   * Within a run of the team, every member, before its first {@link #learn}: takes over parameters
   * and moments. The members then meet.
   */
  public void begin(int index) {
    final UpdateMember member = members.get(index);
    member.copy.copyFrom(members.getFirst().copy);
    member.loss.transpose(member.copy.parameters());
    member.steps = counters.get(0);
  }

  /**
   * Within a run, one member while the others wait: finds the rows of the rollout that has ended.
   * Every epoch takes them in its order, for those who have but one minibatch.
   *
   * @param newLearningRate of the update to come
   */
  public void arrange(double newLearningRate) {
    learningRate = newLearningRate;
    minibatches.begin(rollout.diverged());
    for (int epoch = 0; epoch < config.updateEpochs(); epoch++) {
      minibatches.inOrder(epoch);
    }
  }

  /**
   * Within a run, every member: learns from what has been arranged.
   *
   * @throws NotFiniteException on every member alike, if a loss or gradient is not finite
   */
  public void learn(int index) {
    final UpdateMember member = members.get(index);
    prepare(member);
    epochs(index, member);
    if (index == 0) {
      count();
    }
  }

  private void prepare(UpdateMember member) {
    member.begin();
    normalize(member);
  }

  /** By all rows, where each minibatch does not do so by its own. */
  private void normalize(UpdateMember member) {
    if (config.normAdv() == AdvantageNormalization.BATCH) {
      member.moments.of(gae.advantages(), minibatches.usable(), 0, minibatches.rows());
    } else {
      member.moments.identity();
    }
  }

  private void epochs(int index, UpdateMember member) {
    boolean goesOn = true;
    for (int epoch = 0; goesOn && epoch < config.updateEpochs(); epoch++) {
      if (fresh != null && epoch > 0) {
        fresh.compute(index, member.copy.parameters());
        normalize(member);
      }
      goesOn = epoch(index, member, epoch);
      member.epochs++;
    }
  }

  /** Whether there is to be another: every member finds the same. */
  private boolean epoch(int index, UpdateMember member, int epoch) {
    for (int k = 0; k < config.numMinibatches(); k++) {
      if (!minibatch(index, member, epoch, k)) {
        return false;
      }
    }
    return !(member.sums.approxKl() > epochKl);
  }

  private void count() {
    counters.set(0, members.getFirst().steps);
    counters.set(1, counters.get(1) + 1);
  }

  /**
   * Looks at the parameters after a run.
   *
   * @throws NotFiniteException if one is not finite
   */
  public void checkParameters() {
    if (!members.getFirst().copy.finite()) {
      throw failure().of("a parameter");
    }
  }

  /** Changes the weight of the entropy bonus, between two runs. */
  public void entCoef(double entCoef) {
    for (UpdateMember member : members) {
      member.loss.entCoef(entCoef);
    }
  }

  /** Epochs are dealt out: each is in an order of its own. */
  private void shuffle(int index, RandomStream random) {
    final long first = counters.get(1) * config.updateEpochs();
    for (int epoch = index; epoch < config.updateEpochs(); epoch += team.size()) {
      minibatches.shuffle(epoch, random, first + epoch);
    }
  }

  /** Takes a step, unless the KL divergence has become too large for it. */
  private boolean minibatch(int index, UpdateMember member, int epoch, int k) {
    final int rows = minibatches.size(k);
    if (rows == 0) {
      return true; // nearly all transitions diverged
    }
    final StageClock clock = member.loss.clock();
    clock.start();
    final long start = minibatches.start(epoch, k);
    final int chunks = Math.ceilDiv(rows, chunkRows);
    member.steps++;
    final int firstSlot = parts.firstSlot(member.steps);
    if (config.normAdv() == AdvantageNormalization.MINIBATCH) {
      member.moments.of(gae.advantages(), minibatches.order(), start, rows);
    }
    final int firstChunk = Partition.start(chunks, index, team.size());
    final int end = Partition.start(chunks, index + 1, team.size());
    for (int c = firstChunk; c < end; c++) {
      int from = c * chunkRows;
      chunk(member, start + from, Math.min(chunkRows, rows - from), 1f / rows, firstSlot + c);
    }
    parts.own(member.steps, chunks, firstChunk, end);
    team.barrier();
    member.norm = member.copy.reduce(parts, member.steps, chunks);
    member.sums.read(sums, firstSlot, chunks, rows);
    member.clipfracSum += member.sums.clipfrac();
    member.minibatches++;
    clock.lap(Stage.REDUCE);
    checkFinite(member, epoch, k);
    if (member.sums.approxKl() > minibatchKl) {
      member.steps--; // the next one's slots are those of this one
      clock.endStep();
      return false;
    }
    member.copy.step(member.steps, learningRate, member.norm);
    member.loss.transpose(member.copy.parameters());
    clock.lap(Stage.ADAM);
    clock.endStep();
    return true;
  }

  private void chunk(UpdateMember member, long at, int rows, float weight, int slot) {
    final ChunkLoss loss = member.loss;
    final AdvantageMoments moments = member.moments;
    gather.rows(
        minibatches.order().segment(), at, rows, moments.mean(), moments.scale(), loss.chunk());
    loss.clock().lap(Stage.GATHER);
    loss.differentiate(member.copy.parameters(), rows, weight, parts.slot(slot));
    loss.writeSums(rows, sums, slot);
  }

  /** Every member finds the same, so that none waits for another. */
  private void checkFinite(UpdateMember member, int epoch, int k) {
    if (!Double.isFinite(member.norm + member.sums.policyLoss() + member.sums.valueLoss())) {
      throw failure()
          .inMinibatch(k, epoch, member.sums.policyLoss(), member.sums.valueLoss(), member.norm);
    }
  }

  private UpdateFailure failure() {
    return new UpdateFailure(counters.get(1), learningRate, counters.get(0));
  }

  /** The parameters, which a rollout reads and the next update starts from: [policy.size], live. */
  public FloatSlab parameters() {
    return parameters(0);
  }

  /** A member's own copy of the parameters: [policy.size], live. */
  public FloatSlab parameters(int index) {
    return members.get(index).copy.parameters();
  }

  /** The sum of gradients of the last minibatch, before clipping. */
  FloatSlab gradients() {
    return members.getFirst().copy.gradients();
  }

  /** What the last update looked like: a record made anew. */
  public UpdateDiagnostics diagnostics() {
    final UpdateMember first = members.getFirst();
    return new UpdateDiagnostics(
        first.sums.policyLoss(),
        first.sums.valueLoss(),
        first.sums.entropy(),
        first.sums.oldApproxKl(),
        first.sums.approxKl(),
        first.clipfracSum / first.minibatches,
        ExplainedVariance.of(rollout.values(), gae.returns(), minibatches),
        first.norm,
        learningRate,
        first.epochs,
        minibatches.rows());
  }

  /**
   * The loss of the policy gradient over the last minibatch's rows, if it was the only one: that of
   * the diagnostics is the surrogate, which is the mean advantage where every ratio is 1.
   */
  public double policyGradientLoss() {
    return PolicyGradientLoss.of(
        rollout.logProbs(), gae.advantages(), minibatches, members.getFirst().moments);
  }

  /** All that a bit-equal continuation needs, live: parameters, Adam's moments, counters. */
  public SequencedMap<String, Slab> state() {
    return members.getFirst().copy.state(counters);
  }

  /**
   * Goes on from a state.
   *
   * @param state what {@link #state} gave; may hold more, which is left to others
   * @throws IllegalArgumentException if a slab is missing or of another shape
   */
  public void restore(Map<String, Slab> state) {
    SavedState.copy(state(), state);
  }

  /**
   * The stage clocks, one for each member of the team, off until switched on. Their step is a
   * minibatch.
   */
  public List<StageClock> clocks() {
    return members.stream().map(member -> member.loss.clock()).toList();
  }

  @Override
  public void close() {
    members.forEach(UpdateMember::close);
    if (fresh != null) {
      fresh.close();
    }
    parts.close();
    minibatches.close();
    block.close();
  }
}
