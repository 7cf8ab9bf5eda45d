package stride.ppo;

import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import stride.collect.RolloutSlabs;
import stride.learn.SavedState;
import stride.learn.StageClock;
import stride.memory.FloatSlab;
import stride.memory.Slab;
import stride.nn.Kernels;
import stride.nn.PolicyLayout;
import stride.nn.Precision;
import stride.optim.AdamOptimizer;
import stride.options.Require;
import stride.parallel.Team;

/** PPO on a team of threads, with whichever twin of the kernels. */
final class TeamBackend implements PpoBackend {
  // half a minibatch of 64, so that two threads share it; for larger ones what fits the first cache
  private static final int SMALL_CHUNK = 32;
  private static final int LARGE_CHUNK = 64;
  private static final int LARGE_MINIBATCH = 128;

  private final Gae gae;
  private final Update update;

  TeamBackend(
      RolloutSlabs rollout,
      PolicyLayout policy,
      Kernels kernels,
      PpoKernels ppoKernels,
      Team team,
      GaeConfig gaeConfig,
      UpdateConfig config,
      long seed) {
    Require.require(
        "precision",
        config.precision(),
        config.precision() == Precision.FP32,
        "fp32 for backends other than cuda");
    final int rows = Math.toIntExact(rollout.rewards().length());
    config.checkRows(rows);
    this.gae = new Gae(rollout, ppoKernels, team, gaeConfig);
    final int largest = Math.ceilDiv(rows, config.numMinibatches());
    this.update =
        new Update(
            rollout,
            gae,
            policy,
            kernels,
            ppoKernels,
            team,
            config,
            largest <= LARGE_MINIBATCH ? SMALL_CHUNK : LARGE_CHUNK,
            () -> new AdamOptimizer(config.adamEps(), false),
            seed);
  }

  Gae gae() {
    return gae;
  }

  Update update() {
    return update;
  }

  @Override
  public void computeGae() {
    gae.compute();
  }

  @Override
  public void update(double learningRate) {
    update.run(learningRate);
  }

  @Override
  public UpdateDiagnostics diagnostics() {
    return update.diagnostics();
  }

  @Override
  public FloatSlab parameters() {
    return update.parameters();
  }

  @Override
  public SequencedMap<String, Slab> state() {
    SequencedMap<String, Slab> state = update.state();
    state.putAll(gae.state());
    return state;
  }

  @Override
  public void restore(Map<String, Slab> state) {
    SavedState.copy(state(), state);
    gae.restored();
  }

  @Override
  public List<StageClock> clocks() {
    return update.clocks();
  }

  @Override
  public void close() {
    update.close();
    gae.close();
  }
}
