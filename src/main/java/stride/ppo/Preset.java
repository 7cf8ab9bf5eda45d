package stride.ppo;

import java.util.List;
import stride.env.ActionSpace;
import stride.env.Task;

/**
 * Options while a preset puts them together: it begins with those of CleanRL's
 * ppo_continuous_action.py, and says what it changes.
 */
final class Preset {
  private int numEnvs = 1;
  private int numSteps = 2048;
  private long totalTimesteps = 1_000_000;
  private double learningRate = 3e-4;
  private boolean annealLr = true;
  private double gamma = 0.99;
  private double gaeLambda = 0.95;
  private int numMinibatches = 32;
  private int updateEpochs = 10;
  private String normAdv = "minibatch";
  private double clipCoef = 0.2;
  private boolean clipVloss = true;
  private double entCoef = 0;
  private double vfCoef = 0.5;
  private double maxGradNorm = 0.5;
  private Double targetKl = null;
  private boolean bootstrapTruncation = false;
  private boolean normObs = true;
  private boolean normReward = true;
  private String statsUpdate = "step";
  private String stepping = "sharded";
  private String backend = "cpu";
  private String policyDevice = "cpu";
  private String precision = "fp32";
  private List<Integer> hidden = Policies.DEFAULT_HIDDEN;
  private String activation = "tanh";
  private boolean stateDependentStd = false;
  private boolean orthogonalInit = true;

  private Preset() {}

  /** CleanRL's ppo_continuous_action.py, or its ppo.py, which normalises nothing. */
  static PpoOptions cleanrl(Task task) {
    var preset = new Preset();
    if (isDiscrete(task)) {
      preset.numEnvs = 4;
      preset.numSteps = 128;
      preset.totalTimesteps = 500_000;
      preset.learningRate = 2.5e-4;
      preset.numMinibatches = 4;
      preset.updateEpochs = 4;
      preset.entCoef = 0.01;
      preset.withoutNormalization();
    }
    return preset.options();
  }

  /** Several environments at once; docs/presets.md says how the values of each task were found. */
  static PpoOptions tuned(Task task) {
    var preset = new Preset();
    preset.clipVloss = false;
    preset.bootstrapTruncation = true;
    preset.statsUpdate = "rollout";
    preset.numEnvs = 16;
    if (isDiscrete(task)) {
      preset.numSteps = 128;
      preset.totalTimesteps = 300_000;
      preset.learningRate = 1e-3;
      preset.numMinibatches = 8;
      preset.withoutNormalization();
    } else {
      preset.numSteps = 256;
    }
    switch (task.spec().id()) {
      case "HalfCheetah-v5" -> preset.tuneHalfCheetah();
      case "Hopper-v5" -> preset.tuneHopper();
      case "Walker2d-v5" -> preset.tuneWalker2d();
      default -> {
        // CartPole-v1 and InvertedPendulum-v5 reach the highest return there is without
      }
    }
    return preset.options();
  }

  private void tuneHalfCheetah() {
    numEnvs = 8;
    numSteps = 128;
    updateEpochs = 5;
    learningRate = 1.112e-3;
    gamma = 0.98;
    gaeLambda = 0.9192;
    clipCoef = 0.3;
    vfCoef = 0.25;
    maxGradNorm = 2;
  }

  private void tuneHopper() {
    numEnvs = 8;
    learningRate = 8.601e-4;
    gamma = 0.995;
    gaeLambda = 0.9405;
    clipCoef = 0.1;
    vfCoef = 1;
    maxGradNorm = 2;
  }

  private void tuneWalker2d() {
    numEnvs = 8;
    learningRate = 4.732e-4;
    gamma = 0.995;
    gaeLambda = 0.9555;
    clipCoef = 0.15;
    vfCoef = 1;
  }

  private static boolean isDiscrete(Task task) {
    return task.spec().actionSpace() instanceof ActionSpace.Discrete;
  }

  private void withoutNormalization() {
    normObs = false;
    normReward = false;
    statsUpdate = "rollout"; // there are none, and environments need not step together for them
  }

  private PpoOptions options() {
    return new PpoOptions(
        numEnvs,
        numSteps,
        totalTimesteps,
        learningRate,
        annealLr,
        gamma,
        gaeLambda,
        numMinibatches,
        updateEpochs,
        normAdv,
        clipCoef,
        clipVloss,
        entCoef,
        vfCoef,
        maxGradNorm,
        targetKl,
        bootstrapTruncation,
        normObs,
        normReward,
        statsUpdate,
        stepping,
        backend,
        policyDevice,
        precision,
        hidden,
        activation,
        stateDependentStd,
        orthogonalInit);
  }
}
