package stride.reinforce;

import java.lang.foreign.Arena;
import stride.learn.Stage;
import stride.memory.DoubleSlab;
import stride.memory.FloatSlab;
import stride.memory.IntSlab;
import stride.nn.Kernels;
import stride.nn.PolicyLayout;
import stride.optim.ParameterCopy;
import stride.ppo.AdvantageMoments;
import stride.ppo.ChunkLoss;
import stride.ppo.ChunkSlabs;
import stride.ppo.LossSums;
import stride.ppo.PpoKernels;
import stride.replay.ReplayEpisodes;

/** What one thread computes in an update, and keeps until the next. Closing is idempotent. */
final class EpisodeMember implements AutoCloseable {
  private static final int CHUNK_ROWS = 64; // what fits the first cache

  final ParameterCopy copy;
  final ChunkLoss loss;
  final LossSums sums = new LossSums();
  long steps; // of the optimiser
  double learningRate;
  double norm;

  private final Arena arena = Arena.ofShared();
  private final ReinforceConfig config;
  private final Kernels kernels;
  private final EpisodeSlabs slabs;
  private final ReplayEpisodes episodes;
  private final FloatSlab weights; // what weighs the actions, by the memory's rows: [S, N]
  private final int criticStride;
  private final AdvantageMoments moments = new AdvantageMoments();
  private final FloatSlab chunkGradients; // [P]; the critic's stay 0 without a baseline
  private final DoubleSlab chunkSums; // [LossSums.LENGTH]

  EpisodeMember(
      PolicyLayout policy,
      ReinforceConfig config,
      Kernels kernels,
      PpoKernels ppoKernels,
      EpisodeSlabs slabs) {
    this.config = config;
    this.kernels = kernels;
    this.slabs = slabs;
    this.episodes = slabs.episodes();
    this.weights = config.baseline() ? slabs.advantages() : episodes.returns();
    this.criticStride = policy.critic().outputStride();
    this.chunkGradients = FloatSlab.allocate(arena, policy.size());
    this.chunkSums = DoubleSlab.allocate(arena, LossSums.LENGTH);
    this.copy =
        new ParameterCopy(
            policy.size(),
            kernels,
            config.optimizer().optimizer(config.update().adamEps()),
            config.update().maxGradNorm());
    this.loss = new ChunkLoss(policy, config.update(), kernels, ppoKernels, CHUNK_ROWS);
  }

  /** Takes the baseline off the returns of some of the rows to learn from. */
  void advantages(int from, int to) {
    final IntSlab rows = episodes.rows();
    for (int at = from; at < to; at += CHUNK_ROWS) {
      final int count = Math.min(CHUNK_ROWS, to - at);
      episodes.observations(at, count, loss.chunk().observations());
      final FloatSlab values = loss.values(copy.parameters(), count);
      for (int i = 0; i < count; i++) {
        final int row = rows.get(at + i);
        final float value = values.get((long) i * criticStride);
        slabs.advantages().set(row, episodes.returns().get(row) - value);
      }
    }
  }

  /** Finds the mean and deviation of what weighs the actions, if they are to be normalised. */
  void normalize(int rows) {
    if (config.normReturns()) {
      moments.of(weights, episodes.rows(), 0, rows);
    }
  }

  /**
   * Losses and gradients of the rows of a part, chunk by chunk in their order.
   *
   * @param weight of a row in the mean
   * @param gradients overwritten: [P]
   * @param slot of the part's sums
   */
  void differentiate(int from, int to, float weight, FloatSlab gradients, long slot) {
    for (int at = from; at < to; at += CHUNK_ROWS) {
      final int count = Math.min(CHUNK_ROWS, to - at);
      gather(at, count);
      loss.clock().lap(Stage.GATHER);
      loss.differentiateAfresh(copy.parameters(), count, weight, chunkGradients);
      if (config.baseline()) {
        loss.differentiateValues(copy.parameters(), count, weight, chunkGradients);
      }
      loss.writeSumsAfresh(count, chunkSums, 0);
      add(at == from, gradients, slot);
    }
  }

  /** Adds a chunk's gradients and sums to those of its part. */
  private void add(boolean first, FloatSlab gradients, long slot) {
    if (first) {
      gradients.copyFrom(chunkGradients);
    } else {
      kernels.add(gradients, chunkGradients, gradients);
    }
    final long sumsAt = slot * LossSums.LENGTH;
    for (int k = 0; k < LossSums.LENGTH; k++) {
      double before = first ? 0 : slabs.sums().get(sumsAt + k);
      slabs.sums().set(sumsAt + k, before + chunkSums.get(k));
    }
  }

  private void gather(int at, int count) {
    final ChunkSlabs chunk = loss.chunk();
    final IntSlab rows = episodes.rows();
    episodes.observations(at, count, chunk.observations());
    if (episodes.discrete()) {
      episodes.choices(at, count, chunk.choices());
    } else {
      episodes.actions(at, count, chunk.actions(), chunk.columnLength());
    }
    for (int i = 0; i < count; i++) {
      final int row = rows.get(at + i);
      chunk.returns().set(i, episodes.returns().get(row));
      chunk.advantages().set(i, (weights.get(row) - moments.mean()) * moments.scale());
    }
  }

  @Override
  public void close() {
    copy.close();
    loss.close();
    if (arena.scope().isAlive()) {
      arena.close();
    }
  }
}
