package stride.ppo;

import java.util.LinkedHashMap;
import java.util.SequencedMap;

/**
 * What an update looked like. As in CleanRL, losses and divergences are those of the last minibatch
 * before its step, the clip fraction is the mean over all minibatches.
 *
 * @param policyLoss clipped surrogate
 * @param valueLoss half the mean squared error, clipped if configured
 * @param entropy of the policy
 * @param oldApproxKl first-order estimate of the KL divergence from the policy of the rollout
 * @param approxKl the better estimate, which is never negative
 * @param clipfrac fraction of rows whose ratio left the clip range
 * @param explainedVariance of the returns, by the values of the rollout; NaN if all returns are
 *     equal
 * @param gradNorm before it is clipped
 * @param learningRate of the update
 * @param epochs done before the target KL was reached, or all
 * @param rows of the rollout that were learnt from
 */
public record UpdateDiagnostics(
    double policyLoss,
    double valueLoss,
    double entropy,
    double oldApproxKl,
    double approxKl,
    double clipfrac,
    double explainedVariance,
    double gradNorm,
    double learningRate,
    int epochs,
    int rows) {
  /** The numbers under CleanRL's tags, or ours where it has none, in the order of a table. */
  public SequencedMap<String, Double> tagged() {
    SequencedMap<String, Double> map = new LinkedHashMap<>();
    map.put("charts/learning_rate", learningRate);
    map.put("losses/value_loss", valueLoss);
    map.put("losses/policy_loss", policyLoss);
    map.put("losses/entropy", entropy);
    map.put("losses/old_approx_kl", oldApproxKl);
    map.put("losses/approx_kl", approxKl);
    map.put("losses/clipfrac", clipfrac);
    map.put("losses/explained_variance", explainedVariance);
    map.put("losses/grad_norm", gradNorm);
    return map;
  }
}
