package stride.ppo;

import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import stride.collect.RolloutSlabs;
import stride.learn.StageClock;
import stride.memory.FloatSlab;
import stride.memory.Slab;
import stride.nn.Kernels;
import stride.nn.PolicyLayout;
import stride.nn.Precision;
import stride.options.Require;
import stride.parallel.Team;

/** PPO on a team of threads, with whichever twin of the kernels. */
final class TeamBackend implements PpoBackend {
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
    config.checkRows(Math.toIntExact(rollout.rewards().length()));
    this.gae = new Gae(rollout, ppoKernels, team, gaeConfig);
    this.update = new Update(rollout, gae, policy, kernels, ppoKernels, team, config, seed);
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
    return update.state();
  }

  @Override
  public void restore(Map<String, Slab> state) {
    update.restore(state);
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
