package stride.dqn;

import java.lang.foreign.Arena;
import stride.collect.ActionRows;
import stride.collect.Actor;
import stride.collect.EpsilonGreedy;
import stride.env.Shard;
import stride.memory.DoubleSlab;
import stride.memory.FloatSlab;
import stride.memory.IntSlab;

/** Best actions, and uniform ones in between: a share of epsilon. Belongs to one thread. */
final class DqnActor implements Actor {
  private static final int BEST = -1; // not chosen by a coin

  private final Arena arena = Arena.ofShared();
  private final QInference inference;
  private final EpsilonGreedy exploration;
  private final DqnConfig.Exploration config;
  private final int numEnvs;
  private final DoubleSlab knobs;
  private final IntSlab best; // [n]
  private FloatSlab parameters;
  private long episodes;
  private double epsilon = Double.NaN;

  /**
   * An actor of a shard's environments.
   *
   * @param seed of the run
   * @param numEnvs N, of all shards
   * @param knobs of {@link DqnKnobs}, live
   */
  DqnActor(
      QNetwork network,
      DqnConfig.Exploration config,
      long seed,
      int numEnvs,
      Shard shard,
      DoubleSlab knobs) {
    this.inference = new QInference(network, shard.numEnvs());
    this.exploration = new EpsilonGreedy(seed, network.layout().actions());
    this.config = config;
    this.numEnvs = numEnvs;
    this.knobs = knobs;
    this.best = IntSlab.allocate(arena, shard.numEnvs());
  }

  @Override
  public void begin(FloatSlab newParameters, long newEpisodes) {
    parameters = newParameters;
    episodes = newEpisodes;
  }

  @Override
  public void act(
      FloatSlab observations, long row, int n, int firstEnv, long step, ActionRows actions) {
    final IntSlab choices = actions.choices();
    final int undecided = explore(choices, row, n, firstEnv, step);
    if (undecided == 0) {
      return; // no network is asked for what a coin has decided
    }
    inference.best(parameters, observations, row, n, best, 0);
    for (int r = 0; r < n; r++) {
      if (choices.get(row + r) == BEST) {
        choices.set(row + r, best.get(r));
      }
    }
  }

  /** Tosses the coins; returns how many actions are left to the network. */
  private int explore(IntSlab choices, long row, int n, int firstEnv, long step) {
    int undecided = 0;
    for (int r = 0; r < n; r++) {
      int env = firstEnv + r;
      epsilon = epsilon(step * numEnvs + env);
      boolean explores = exploration.explores(epsilon, env, step);
      choices.set(row + r, explores ? exploration.choice() : BEST);
      undecided += explores ? 0 : 1;
    }
    return undecided;
  }

  private double epsilon(long envStep) {
    final double given = knobs.get(DqnKnobs.EPSILON);
    return Double.isNaN(given) ? config.schedule().at(envStep, episodes) : given;
  }

  /** The share of actions that explored at the last step; NaN before the first. */
  double epsilon() {
    return epsilon;
  }

  @Override
  public void close() {
    inference.close();
    if (arena.scope().isAlive()) {
      arena.close();
    }
  }
}
