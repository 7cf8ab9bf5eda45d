package stride.qtable;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import stride.algo.Algorithm;
import stride.algo.Sitting;
import stride.collect.EpsilonGreedy;
import stride.env.ActionSpace;
import stride.env.Task;
import stride.learn.Learner;
import stride.memory.FloatSlab;
import stride.memory.FreeMemory;
import stride.memory.Shape;
import stride.memory.Slab;
import stride.nn.Backend;
import stride.play.Policy;

/** Tabular Q-learning as the commands and the lab use it. */
public final class QTable implements Algorithm<QTableOptions> {
  private static final int CHECKPOINT_EVERY = 20; // iterations
  private static final double GIGABYTE = 1e9;
  private static final String MEASURED_EPSILON = "0.05";

  @Override
  public String name() {
    return "qtable";
  }

  @Override
  public Class<QTableOptions> options() {
    return QTableOptions.class;
  }

  @Override
  public List<String> presets() {
    return List.of("tuned");
  }

  @Override
  public void check(QTableOptions options, Task task, long seed) {
    int actions = actions(task);
    options.check();
    requireOneEach("buckets", options.buckets(), task);
    requireOneEach("bucket_range", options.bucketRange(), task);
    requirePossible(options, actions, FreeMemory.bytes());
  }

  private static int actions(Task task) {
    if (task.spec().actionSpace() instanceof ActionSpace.Discrete discrete) {
      return discrete.n();
    }
    throw new IllegalArgumentException("qtable needs discrete actions, " + task + " has real ones");
  }

  private static void requireOneEach(String option, List<?> values, Task task) {
    int elements = task.spec().observationElements();
    if (values.size() != elements) {
      throw new IllegalArgumentException(
          "%s=%s, required: %d numbers, one for each coordinate of %s"
              .formatted(option, values, elements, task));
    }
  }

  /** The table, and the best one so far where it is evaluated, are in memory at once. */
  static void requirePossible(QTableOptions options, int actions, long freeBytes) {
    final double cells = Buckets.cells(options.buckets());
    final int tables = options.evalEvery() > 0 ? 2 : 1;
    final double bytes = tables * actions * Float.BYTES * cells;
    if (bytes > freeBytes) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "buckets=%s take %.2f GB, free are %.1f GB",
              options.buckets(),
              bytes / GIGABYTE,
              freeBytes / GIGABYTE));
    }
    if (cells > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "buckets=%s make %.0f cells, required: at most %d",
              options.buckets(),
              cells,
              Integer.MAX_VALUE));
    }
  }

  @Override
  public long envStepsPerIteration(QTableOptions options) {
    return (long) options.numEnvs() * options.numSteps();
  }

  @Override
  public long totalTimesteps(QTableOptions options) {
    return options.totalTimesteps();
  }

  @Override
  public long checkpointEvery(QTableOptions options) {
    return CHECKPOINT_EVERY * envStepsPerIteration(options);
  }

  @Override
  public Backend backend(QTableOptions options) {
    return Backend.CPU;
  }

  @Override
  public Learner learner(QTableOptions options, Task task, long seed, Sitting sitting) {
    return new QTableLearner(options, task, seed, sitting.team());
  }

  @Override
  public Policy policy(QTableOptions options, Task task, Map<String, Slab> state, long seed) {
    Buckets buckets = options.evenBuckets();
    int actions = actions(task);
    var table = new ValueTable(values(state, Shape.of(buckets.cells(), actions)), actions);
    return new TablePolicy(table, buckets, new EpsilonGreedy(seed, actions), options.endE());
  }

  private static FloatSlab values(Map<String, Slab> state, Shape shape) {
    Slab parameters = state.get(QTableLearner.TABLE);
    if (!(parameters instanceof FloatSlab values) || !values.shape().equals(shape)) {
      throw new IllegalArgumentException(
          "parameters=" + parameters + ", required: FloatSlab" + shape);
    }
    for (long k = 0; k < values.length(); k++) {
      if (!Float.isFinite(values.get(k))) {
        throw new IllegalArgumentException("value " + k + " is " + values.get(k));
      }
    }
    return values;
  }

  /** Nothing is evaluated, and neither epsilon nor the learning rate falls. */
  @Override
  public Map<String, String> measured(int envs) {
    return Map.of(
        "num_envs",
        Integer.toString(envs),
        "anneal_lr",
        "false",
        "start_e",
        MEASURED_EPSILON,
        "end_e",
        MEASURED_EPSILON,
        "eval_every",
        "0");
  }
}
