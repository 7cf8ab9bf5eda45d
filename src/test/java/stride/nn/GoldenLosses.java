package stride.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Offset.offset;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Arrays;
import org.assertj.core.data.Offset;

/**
 * Compares log-probabilities and values with a golden minibatch: row by row with a network in
 * double precision, and through the losses that PyTorch computed from its own.
 */
final class GoldenLosses {
  // inputs, weights and sums of 64 products are rounded to 24 bits: eight roundings of a number of
  // the result's size; measured: at most 2.9e-6 at a log-probability
  private static final double ROW = 5e-7;
  // means of 32 or 64 of them; measured: at most 2.7e-7
  private static final double MEAN = 1e-6;
  // the double network differs from PyTorch's only in the order of its sums
  private static final double EXACT = 1e-12;

  private GoldenLosses() {}

  static void check(JsonNode golden, float[] logProbs, float[] values) {
    double[] exactLogProbs = new double[logProbs.length];
    double[] exactValues = new double[values.length];
    DoubleNetwork actor = new DoubleNetwork(golden.get("params"), "actor", 3);
    DoubleNetwork critic = new DoubleNetwork(golden.get("params"), "critic", 3);
    for (int r = 0; r < logProbs.length; r++) {
      double[] observation = Golden.doubles(golden.get("obs").get(r));
      exactLogProbs[r] = logProb(golden, actor.forward(observation), golden.get("action").get(r));
      exactValues[r] = critic.forward(observation)[0];
      assertThat((double) logProbs[r]).isCloseTo(exactLogProbs[r], rowOffset(exactLogProbs[r]));
      assertThat((double) values[r]).isCloseTo(exactValues[r], rowOffset(exactValues[r]));
    }
    checkLosses(golden, exactLogProbs, exactValues, EXACT);
    checkLosses(golden, widen(logProbs), widen(values), MEAN);
  }

  private static Offset<Double> rowOffset(double exact) {
    return offset(ROW * (1 + Math.abs(exact)));
  }

  private static double[] widen(float[] values) {
    double[] wide = new double[values.length];
    Arrays.setAll(wide, i -> values[i]);
    return wide;
  }

  private static double logProb(JsonNode golden, double[] outputs, JsonNode action) {
    if (!action.isArray()) {
      double sum = Arrays.stream(outputs).map(Math::exp).sum();
      return outputs[action.asInt()] - Math.log(sum);
    }
    double[] logStd = Golden.doubles(golden.get("params").get("logstd"));
    double logProb = 0;
    for (int k = 0; k < outputs.length; k++) {
      double noise = (action.get(k).asDouble() - outputs[k]) / Math.exp(logStd[k]);
      logProb += -noise * noise / 2 - logStd[k] - Math.log(2 * Math.PI) / 2;
    }
    return logProb;
  }

  private static void checkLosses(
      JsonNode golden, double[] logProbs, double[] values, double tolerance) {
    double clip = golden.get("hyper").get("clip").asDouble();
    double[] oldLogProbs = Golden.doubles(golden.get("logp_old"));
    double[] oldValues = Golden.doubles(golden.get("value_old"));
    double[] returns = Golden.doubles(golden.get("ret"));
    int n = logProbs.length;
    double oldKl = 0;
    double kl = 0;
    double clipped = 0;
    double loss = 0;
    for (int r = 0; r < n; r++) {
      double logRatio = logProbs[r] - oldLogProbs[r];
      double ratio = Math.exp(logRatio);
      oldKl -= logRatio / n;
      kl += (ratio - 1 - logRatio) / n;
      clipped += Math.abs(ratio - 1) > clip ? 1.0 / n : 0;
      double near = oldValues[r] + Math.clamp(values[r] - oldValues[r], -clip, clip);
      double error = values[r] - returns[r];
      double nearError = near - returns[r];
      loss += 0.5 * Math.max(error * error, nearError * nearError) / n;
    }
    assertThat(oldKl).isCloseTo(golden.get("old_approx_kl").asDouble(), offset(tolerance));
    assertThat(kl).isCloseTo(golden.get("approx_kl").asDouble(), offset(tolerance));
    assertThat(clipped).isCloseTo(golden.get("clip_fraction").asDouble(), offset(1e-12));
    assertThat(loss).isCloseTo(golden.get("value_loss").asDouble(), offset(tolerance));
  }
}
