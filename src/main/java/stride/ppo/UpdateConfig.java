package stride.ppo;

import stride.nn.Precision;
import stride.options.Range;
import stride.options.Require;

/**
 * How parameters learn from a rollout; names and defaults are CleanRL's.
 *
 * @param learningRate of Adam
 * @param adamEps of Adam
 * @param numMinibatches how many parts the rows are dealt into, at random, in every epoch
 * @param updateEpochs how often every row is used
 * @param normAdv over which rows advantages are normalised
 * @param clipCoef how far the ratio of probabilities may go before its gradient is cut
 * @param clipVloss whether values are clipped likewise, around those of the rollout
 * @param entCoef weight of the entropy bonus
 * @param vfCoef weight of the value loss
 * @param maxGradNorm gradients are scaled down to this norm
 * @param targetKl epochs end when the approximate KL divergence exceeds it, as the rules say; null
 *     for never
 * @param precision of matrix products on a device
 * @param rules of epochs
 */
public record UpdateConfig(
    double learningRate,
    double adamEps,
    int numMinibatches,
    int updateEpochs,
    AdvantageNormalization normAdv,
    double clipCoef,
    boolean clipVloss,
    double entCoef,
    double vfCoef,
    double maxGradNorm,
    Double targetKl,
    Precision precision,
    EpochRules rules) {
  /** CleanRL's for continuous control. */
  public static final UpdateConfig DEFAULTS =
      new UpdateConfig(
          3e-4,
          1e-5,
          32,
          10,
          AdvantageNormalization.MINIBATCH,
          0.2,
          true,
          0,
          0.5,
          0.5,
          null,
          Precision.FP32);

  private static final double NO_CLIP = 1e9; // the ratio is 1

  /**
   * One step from all rows, each of which is as probable as when it was drawn: the plain policy
   * gradient, which nothing clips.
   *
   * @param maxGradNorm null for gradients as long as they are
   * @throws IllegalArgumentException naming the option and its range
   */
  public static UpdateConfig oneStep(
      double learningRate,
      double adamEps,
      AdvantageNormalization normAdv,
      double entCoef,
      double vfCoef,
      Double maxGradNorm) {
    return new UpdateConfig(
        learningRate,
        adamEps,
        1,
        1,
        normAdv,
        NO_CLIP,
        false,
        entCoef,
        vfCoef,
        maxGradNorm == null ? Double.MAX_VALUE : maxGradNorm,
        null,
        Precision.FP32);
  }

  /**
   * Checks the numbers.
   *
   * @throws IllegalArgumentException naming the option and its range
   */
  public UpdateConfig {
    Require.require("learning_rate", learningRate, Range.NOT_NEGATIVE);
    Require.require("adam_eps", adamEps, Range.POSITIVE);
    Require.require("num_minibatches", numMinibatches, Range.AT_LEAST_ONE);
    Require.require("update_epochs", updateEpochs, Range.AT_LEAST_ONE);
    Require.require("norm_adv", normAdv, normAdv != null, "none, minibatch or batch");
    Require.require("clip_coef", clipCoef, Range.POSITIVE);
    Require.require("ent_coef", entCoef, Range.FINITE);
    Require.require("vf_coef", vfCoef, Range.NOT_NEGATIVE);
    Require.require("max_grad_norm", maxGradNorm, Range.POSITIVE);
    Require.require("target_kl", targetKl, Range.POSITIVE_OR_NULL);
    Require.require("precision", precision, precision != null, "fp32, tf32x3, tf32 or bf16");
  }

  /**
   * Checks that minibatches divide a rollout of T * N rows.
   *
   * @throws IllegalArgumentException if they do not, or a minibatch is too small to be normalised
   */
  public void checkRows(int rows) {
    Require.require(
        "num_minibatches",
        numMinibatches,
        rows % numMinibatches == 0,
        "a divisor of num_envs * num_steps=" + rows);
    Require.require(
        "num_minibatches",
        numMinibatches,
        normAdv != AdvantageNormalization.MINIBATCH || rows / numMinibatches >= 2,
        "minibatches of at least 2 of num_envs * num_steps="
            + rows
            + " rows for norm_adv=minibatch");
  }

  /** With the usual rules of epochs. */
  public UpdateConfig(
      double learningRate,
      double adamEps,
      int numMinibatches,
      int updateEpochs,
      AdvantageNormalization normAdv,
      double clipCoef,
      boolean clipVloss,
      double entCoef,
      double vfCoef,
      double maxGradNorm,
      Double targetKl,
      Precision precision) {
    this(
        learningRate,
        adamEps,
        numMinibatches,
        updateEpochs,
        normAdv,
        clipCoef,
        clipVloss,
        entCoef,
        vfCoef,
        maxGradNorm,
        targetKl,
        precision,
        EpochRules.USUAL);
  }

  public UpdateConfig withRules(EpochRules other) {
    return with(numMinibatches, updateEpochs, entCoef, precision, other);
  }

  public UpdateConfig withMinibatches(int minibatches, int epochs) {
    return with(minibatches, epochs, entCoef, precision, rules);
  }

  public UpdateConfig withPrecision(Precision other) {
    return with(numMinibatches, updateEpochs, entCoef, other, rules);
  }

  public UpdateConfig withEntCoef(double other) {
    return with(numMinibatches, updateEpochs, other, precision, rules);
  }

  private UpdateConfig with(
      int minibatches, int epochs, double entropy, Precision newPrecision, EpochRules newRules) {
    return new UpdateConfig(
        learningRate,
        adamEps,
        minibatches,
        epochs,
        normAdv,
        clipCoef,
        clipVloss,
        entropy,
        vfCoef,
        maxGradNorm,
        targetKl,
        newPrecision,
        newRules);
  }
}
