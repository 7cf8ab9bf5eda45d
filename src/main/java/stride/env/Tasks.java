package stride.env;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The tasks by name. */
public final class Tasks {
  /** Names further away than this are no likely misspellings. */
  private static final int NEAR = 4;

  private static final Map<String, Task> TASKS = new LinkedHashMap<>();

  static {
    for (Task task :
        List.of(
            new Hopper(),
            new Walker2d(),
            new HalfCheetah(),
            new InvertedPendulum(),
            new CartPole())) {
      TASKS.put(task.spec().id(), task);
    }
  }

  private Tasks() {}

  /**
   * A task.
   *
   * @param id Gymnasium's name
   * @return the task
   * @throws UnknownTaskException if there is none, with the nearest names
   */
  public static Task of(String id) {
    Task task = TASKS.get(id);
    if (task == null) {
      throw new UnknownTaskException("unknown task " + id + ", " + advice(id));
    }
    return task;
  }

  /**
   * Whether a task is built.
   *
   * @param id a name
   * @return true if {@link #of} knows it
   */
  public static boolean contains(String id) {
    return TASKS.containsKey(id);
  }

  /**
   * The names of all tasks.
   *
   * @return Gymnasium's names
   */
  public static List<String> ids() {
    return List.copyOf(TASKS.keySet());
  }

  private static String advice(String id) {
    List<String> nearest = new ArrayList<>();
    int best = NEAR;
    for (String known : TASKS.keySet()) {
      int distance = editDistance(lower(id), lower(known));
      if (distance < best) {
        nearest.clear();
        best = distance;
      }
      if (distance == best) {
        nearest.add(known);
      }
    }
    return nearest.isEmpty()
        ? "known: " + String.join(", ", TASKS.keySet())
        : "did you mean " + String.join(" or ", nearest) + "?";
  }

  private static String lower(String name) {
    return name.toLowerCase(Locale.ROOT);
  }

  /** Insertions, deletions and substitutions from one word to another (Levenshtein, 1965). */
  static int editDistance(String from, String to) {
    int[] row = new int[to.length() + 1];
    for (int j = 0; j <= to.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= from.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= to.length(); j++) {
        int substituted = diagonal + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(substituted, 1 + Math.min(row[j], row[j - 1]));
      }
    }
    return row[to.length()];
  }
}
