package stride.ppo;

/**
 * What libraries do differently between epochs and minibatches.
 *
 * @param recomputeAdvantages whether every epoch but the first begins with values and advantages by
 *     the parameters that the one before has led to; if not, those of the rollout serve all epochs
 * @param klStop what ends the epochs of an update that has a target for the KL divergence
 */
public record EpochRules(boolean recomputeAdvantages, KlStop klStop) {
  /** CleanRL's. */
  public static final EpochRules USUAL = new EpochRules(false, KlStop.EPOCH);
}
