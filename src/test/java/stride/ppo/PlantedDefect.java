package stride.ppo;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.concurrent.atomic.AtomicBoolean;
import stride.collect.RolloutSlabs;
import stride.learn.Backends;
import stride.memory.ByteSlab;
import stride.memory.DoubleSlab;
import stride.memory.FloatSlab;
import stride.nn.ActionHead;
import stride.nn.Backend;
import stride.nn.Kernels;
import stride.nn.RunningStatistics;
import stride.ppo.reference.ReferencePpoKernels;

/**
 * Mistakes that implementations of PPO really make, each put around the sound kernels, which stay
 * as they are.
 */
enum PlantedDefect {
  /** None: the sound kernels. */
  NONE,
  /** Advantages and values reach over the end of an episode that terminated. */
  GAE_OVER_TERMINATIONS,
  /** An update's log-probabilities lack the log-std, which those of the rollout have. */
  LOG_PROB_WITHOUT_LOG_STD,
  /** The last element of the action, or the last choice, learns from the advantage's opposite. */
  SIGN_OF_ONE_ACTION,
  /** An episode that ran out of time counts as one that terminated: its value is 0. */
  TIME_LIMIT_AS_TERMINATION,
  /** Evaluation goes on updating the statistics that normalise what its policy sees. */
  STATISTICS_NOT_FROZEN_IN_EVALUATION,
  /** The same, from nothing: evaluation forgets what training has seen. */
  STATISTICS_BEGUN_ANEW_IN_EVALUATION;

  /** The arithmetic of an update, with this mistake if it is one of an update. */
  PpoKernels kernels() {
    return new Twin(this);
  }

  /** The arithmetic of an evaluation, with this mistake if it is one of an evaluation. */
  Kernels evaluationKernels(DoubleSlab sums) {
    Kernels sound = Backends.kernels(Backend.CPU);
    return switch (this) {
      case STATISTICS_NOT_FROZEN_IN_EVALUATION -> thatGoOnCounting(sound, sums, false);
      case STATISTICS_BEGUN_ANEW_IN_EVALUATION -> thatGoOnCounting(sound, sums, true);
      default -> sound;
    };
  }

  private static Kernels thatGoOnCounting(Kernels sound, DoubleSlab sums, boolean anew) {
    AtomicBoolean forget = new AtomicBoolean(anew);
    return (Kernels)
        Proxy.newProxyInstance(
            Kernels.class.getClassLoader(),
            new Class<?>[] {Kernels.class},
            (_, method, arguments) -> {
              if (method.getName().equals("normalize")) {
                RunningStatistics statistics = (RunningStatistics) arguments[0];
                if (forget.getAndSet(false)) {
                  // a row counts for all that was seen before
                  statistics.state().set(2L * statistics.size(), 1e-4);
                }
                int rows = (int) arguments[3];
                long offset = (long) arguments[2];
                sound.accumulate(statistics, (FloatSlab) arguments[1], offset, sums, 0, rows);
                statistics.merge(sums, rows, rows);
              }
              try {
                return method.invoke(sound, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }

  /** A twin of the reference that breaks one thing: before it computes, or in what it computed. */
  private static final class Twin implements PpoKernels {
    private final PpoKernels sound = new ReferencePpoKernels();
    private final PlantedDefect defect;

    Twin(PlantedDefect defect) {
      this.defect = defect;
    }

    @Override
    public void gae(
        GaeConfig config,
        RolloutSlabs rollout,
        FloatSlab advantages,
        FloatSlab returns,
        int from,
        int to) {
      if (defect == GAE_OVER_TERMINATIONS) {
        forget(rollout.terminated(), from, to, advantages);
      }
      boolean bootstrap = config.bootstrapTruncation() && defect != TIME_LIMIT_AS_TERMINATION;
      var its = new GaeConfig(config.gamma(), config.gaeLambda(), bootstrap);
      sound.gae(its, rollout, advantages, returns, from, to);
    }

    /** The next rollout writes them anew. */
    private static void forget(ByteSlab terminated, int from, int to, FloatSlab like) {
      long envs = like.shape().dim(1);
      for (long t = 0; t < like.shape().dim(0); t++) {
        for (int env = from; env < to; env++) {
          terminated.set(t * envs + env, (byte) 0);
        }
      }
    }

    @Override
    public void gaussianLoss(
        ActionHead.Gaussian head,
        UpdateConfig config,
        FloatSlab parameters,
        ChunkSlabs chunk,
        int rows,
        float weight,
        FloatSlab gradients) {
      if (defect == LOG_PROB_WITHOUT_LOG_STD) {
        withoutLogStd(head, config, parameters, chunk, rows, weight, gradients);
        return;
      }
      sound.gaussianLoss(head, config, parameters, chunk, rows, weight, gradients);
      if (defect == SIGN_OF_ONE_ACTION) {
        int last = head.actions() - 1;
        FloatSlab d = chunk.actorGradients().last();
        for (int r = 0; r < rows; r++) {
          negate(d, (long) r * head.outputStride() + last);
        }
        negate(gradients, head.logStd() + last);
      }
    }

    private static void negate(FloatSlab slab, long at) {
      slab.set(at, -slab.get(at));
    }

    /** As if the old one were lower by the log-std: the ratio is that of the mistake. */
    private void withoutLogStd(
        ActionHead.Gaussian head,
        UpdateConfig config,
        FloatSlab parameters,
        ChunkSlabs chunk,
        int rows,
        float weight,
        FloatSlab gradients) {
      float logStds = 0;
      for (int k = 0; k < head.actions(); k++) {
        logStds += parameters.get(head.logStd() + k);
      }
      FloatSlab old = chunk.oldLogProbs();
      for (int r = 0; r < rows; r++) {
        old.set(r, old.get(r) - logStds);
      }
      sound.gaussianLoss(head, config, parameters, chunk, rows, weight, gradients);
      for (int r = 0; r < rows; r++) {
        old.set(r, old.get(r) + logStds);
        float gradient = chunk.scratch().get(r); // of the log-probability
        for (int k = 0; k < head.actions(); k++) {
          // the derivative of the log-std that is left out is 1
          long at = head.logStd() + k;
          gradients.set(at, gradients.get(at) + gradient);
        }
      }
    }

    @Override
    public void categoricalLoss(
        ActionHead.Categorical head,
        UpdateConfig config,
        ChunkSlabs chunk,
        int rows,
        float weight) {
      if (defect == SIGN_OF_ONE_ACTION) {
        for (int r = 0; r < rows; r++) {
          if (chunk.choices().get(r) == head.actions() - 1) {
            negate(chunk.advantages(), r);
          }
        }
      }
      sound.categoricalLoss(head, config, chunk, rows, weight);
    }

    @Override
    public void valueLoss(UpdateConfig config, ChunkSlabs chunk, int rows, float weight) {
      sound.valueLoss(config, chunk, rows, weight);
    }
  }
}
