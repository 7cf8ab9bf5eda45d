package stride.qtable;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.DoubleNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.IntUnaryOperator;
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
  private static final double USUAL_GAMMA = 0.99;

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
    if (!(task.spec().actionSpace() instanceof ActionSpace.Discrete discrete)) {
      throw new IllegalArgumentException(
          "qtable needs discrete actions, " + task + " has real ones");
    }
    if (task.spec().frames()) {
      throw new IllegalArgumentException("qtable needs coordinates, " + task + " has frames");
    }
    return discrete.n();
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

  /** Finer and coarser buckets, and how fast values and exploration change. */
  @Override
  public List<Map<String, JsonNode>> usualChanges(ObjectNode base) {
    List<Map<String, JsonNode>> changes = new ArrayList<>();
    changes.add(Map.of("buckets", buckets(base, count -> Math.ceilDiv(count, 2))));
    changes.add(
        Map.of("buckets", buckets(base, count -> Math.min(2 * count, QTableOptions.MOST_BUCKETS))));
    double rate = base.get("learning_rate").doubleValue();
    changes.add(Map.of("learning_rate", DoubleNode.valueOf(rate / 4)));
    changes.add(Map.of("learning_rate", DoubleNode.valueOf(Math.min(4 * rate, 1))));
    changes.add(Map.of("anneal_lr", BooleanNode.valueOf(!base.get("anneal_lr").booleanValue())));
    boolean usual = base.get("gamma").doubleValue() == USUAL_GAMMA;
    changes.add(Map.of("gamma", DoubleNode.valueOf(usual ? 0.9 : USUAL_GAMMA)));
    double fraction = base.get("exploration_fraction").doubleValue();
    changes.add(Map.of("exploration_fraction", DoubleNode.valueOf(fraction / 4)));
    boolean bySteps = base.get("epsilon_by").textValue().equals("steps");
    changes.add(Map.of("epsilon_by", TextNode.valueOf(bySteps ? "episodes" : "steps")));
    changes.removeIf(change -> change.entrySet().stream().allMatch(each -> isOf(base, each)));
    return changes;
  }

  private static boolean isOf(ObjectNode base, Map.Entry<String, JsonNode> option) {
    return base.get(option.getKey()).equals(option.getValue());
  }

  private static JsonNode buckets(ObjectNode base, IntUnaryOperator change) {
    ArrayNode changed = base.arrayNode();
    base.get("buckets").forEach(count -> changed.add(change.applyAsInt(count.intValue())));
    return changed;
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
