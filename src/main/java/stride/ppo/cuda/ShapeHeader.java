package stride.ppo.cuda;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import stride.memory.Shape;
import stride.nn.Activation;
import stride.nn.Adam;
import stride.nn.LinearLayout;
import stride.nn.MlpLayout;
import stride.nn.PolicyLayout;
import stride.nn.PolicySpec;
import stride.nn.Precision;
import stride.ppo.AdvantageNormalization;
import stride.ppo.GaeConfig;
import stride.ppo.UpdateConfig;

/**
 * Writes {@code shape.cuh}: everything that a run never changes, as constants that the compiler for
 * the device unrolls and folds.
 */
public final class ShapeHeader {
  /** The name by which kernels include it. */
  public static final String NAME = "shape.cuh";

  private final StringBuilder text = new StringBuilder();

  private ShapeHeader() {}

  /**
   * The text of the file, declarations in CUDA C++.
   *
   * @param rollout [T, N]: its steps and environments
   * @param chunkRows rows whose gradient is a sum of its own, a multiple of 8, in precision tf32x3
   *     of 16
   * @param clusterBlocks blocks of a cluster that takes a whole minibatch
   * @param clusterChunks chunks that each of them takes: 1, 2 or 4
   */
  public static String of(
      PolicyLayout policy,
      Shape rollout,
      GaeConfig gae,
      UpdateConfig config,
      int chunkRows,
      int clusterBlocks,
      int clusterChunks) {
    final ShapeHeader header = new ShapeHeader();
    header.line("#pragma once");
    header.line("namespace shape {");
    header.types();
    header.sizes(rollout, config);
    header.constant("chunk_rows", chunkRows);
    header.constant("cluster_blocks", clusterBlocks);
    header.constant("cluster_chunks", clusterChunks);
    header.networks(policy);
    header.coefficients(gae, config);
    header.line("}");
    return header.text.toString();
  }

  private void types() {
    line("struct Layer {");
    line("  int inputs, input_stride, outputs, output_stride, weights, bias, activation;");
    line("};");
    line("enum Head { GAUSSIAN = 0, STATE_GAUSSIAN = 1, CATEGORICAL = 2 };");
    line("enum Activation { NONE = 0, TANH = 1, RELU = 2 };");
    line("enum Normalization { NORM_NONE = 0, NORM_MINIBATCH = 1, NORM_BATCH = 2 };");
  }

  private void sizes(Shape rollout, UpdateConfig config) {
    constant("num_steps", rollout.dim(0));
    constant("num_envs", rollout.dim(1));
    constant("num_minibatches", config.numMinibatches());
    constant("update_epochs", config.updateEpochs());
  }

  private void networks(PolicyLayout policy) {
    final PolicySpec spec = policy.spec();
    constant("observations", spec.actor().inputs());
    constant("observation_stride", policy.inputStride());
    constant("actions", spec.actions());
    constant("actor_outputs", policy.head().outputs());
    constant("parameters", policy.size());
    boolean gaussian = spec.distribution() == PolicySpec.Distribution.GAUSSIAN;
    constant("log_std", gaussian ? policy.tensor("logstd").offset() : -1);
    line("constexpr int head = %s;".formatted(spec.distribution()));
    network("actor", policy.actor());
    network("critic", policy.critic());
  }

  private void network(String name, MlpLayout mlp) {
    constant(name + "_layers", mlp.layers());
    line("__device__ constexpr Layer %s[] = {%s};".formatted(name, String.join(", ", layers(mlp))));
  }

  private static List<String> layers(MlpLayout mlp) {
    return IntStream.range(0, mlp.layers())
        .mapToObj(i -> layer(mlp.layer(i), i < mlp.layers() - 1 ? mlp.spec().activation() : null))
        .toList();
  }

  private static String layer(LinearLayout layer, Activation activation) {
    return IntStream.of(
            layer.inputs(),
            layer.inputStride(),
            layer.outputs(),
            layer.outputStride(),
            Math.toIntExact(layer.weights()),
            Math.toIntExact(layer.bias()))
        .mapToObj(Integer::toString)
        .collect(
            Collectors.joining(
                ", ",
                "{",
                ", "
                    + (activation == null ? "NONE" : activation.name().toUpperCase(Locale.ROOT))
                    + "}"));
  }

  private void coefficients(GaeConfig gae, UpdateConfig config) {
    constant("tf32x3", config.precision() == Precision.TF32X3);
    constant("gamma", gae.gamma());
    constant("gae_lambda", gae.gaeLambda());
    constant("bootstrap_truncation", gae.bootstrapTruncation());
    line("constexpr int norm_adv = NORM_%s;".formatted(normalization(config.normAdv())));
    constant("clip_coef", config.clipCoef());
    constant("clip_vloss", config.clipVloss());
    constant("ent_coef", config.entCoef());
    constant("vf_coef", config.vfCoef());
    constant("max_grad_norm", config.maxGradNorm());
    constant("target_kl", config.targetKl() == null ? -1.0 : config.targetKl());
    constant("adam_beta1", Adam.BETA1);
    constant("adam_beta2", Adam.BETA2);
    constant("adam_eps", config.adamEps());
  }

  private static String normalization(AdvantageNormalization normalization) {
    return switch (normalization) {
      case NONE -> "NONE";
      case MINIBATCH -> "MINIBATCH";
      case BATCH -> "BATCH";
    };
  }

  private void constant(String name, long value) {
    line("constexpr int %s = %d;".formatted(name, Math.toIntExact(value)));
  }

  private void constant(String name, boolean value) {
    line("constexpr bool %s = %s;".formatted(name, value));
  }

  /** Doubles in hexadecimal: the same bits on both sides; an infinite limit limits nothing. */
  private void constant(String name, double value) {
    double finite = Double.isInfinite(value) ? Double.MAX_VALUE : value;
    line("constexpr double %s = %s;".formatted(name, Double.toHexString(finite)));
  }

  private void line(String line) {
    text.append(line).append('\n');
  }
}
