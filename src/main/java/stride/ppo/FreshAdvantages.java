package stride.ppo;

import java.util.ArrayList;
import java.util.List;
import stride.collect.RolloutSlabs;
import stride.collect.RolloutValues;
import stride.memory.FloatSlab;
import stride.nn.Kernels;
import stride.nn.PolicyInference;
import stride.nn.PolicyLayout;
import stride.parallel.Partition;
import stride.parallel.Team;

/**
 * Values and advantages of a rollout by parameters that have learnt from it. Closing is idempotent.
 */
final class FreshAdvantages implements AutoCloseable {
  private final Gae gae;
  private final Team team;
  private final int rows; // of values: (T + 1) N
  private final int envs;
  private final List<PolicyInference> inferences = new ArrayList<>();
  private final List<RolloutValues> values = new ArrayList<>();

  /**
   * Makes what each member needs.
   *
   * @param rollout whose values are overwritten
   * @param gae of the rollout
   */
  FreshAdvantages(
      RolloutSlabs rollout, Gae gae, PolicyLayout policy, Kernels kernels, Team team, long seed) {
    this.gae = gae;
    this.team = team;
    this.rows = Math.toIntExact(rollout.values().length());
    this.envs = Math.toIntExact(rollout.values().shape().dim(1));
    for (int k = 0; k < team.size(); k++) {
      var inference = new PolicyInference(policy, kernels, seed);
      inferences.add(inference);
      values.add(new RolloutValues(rollout, inference));
    }
  }

  /**
   * Within a run of the team, every member, all of which have left the values and advantages of
   * before; they meet in it, and leave it with the new ones.
   *
   * @param parameters the member's own
   */
  void compute(int member, FloatSlab parameters) {
    if (member == 0) {
      gae.begin();
    }
    final int from = Partition.start(rows, member, team.size());
    final int to = Partition.start(rows, member + 1, team.size());
    if (from < to) {
      values.get(member).ofRows(parameters, from, to - from);
    }
    values
        .get(member)
        .ofTruncated(
            parameters,
            Partition.start(envs, member, team.size()),
            Partition.start(envs, member + 1, team.size()));
    team.barrier();
    gae.compute(member);
    team.barrier();
    if (member == 0) {
      gae.end();
    }
    team.barrier();
  }

  @Override
  public void close() {
    inferences.forEach(PolicyInference::close);
  }
}
