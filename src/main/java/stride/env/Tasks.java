package stride.env;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The tasks by name. */
public final class Tasks {
  private static final Map<String, Task> TASKS = new LinkedHashMap<>();

  static {
    for (Task task :
        List.of(
            new Hopper(),
            new Walker2d(),
            new HalfCheetah(),
            new InvertedPendulum(),
            new CartPole(CartPoleOptions.PLAIN),
            AtariTask.pong())) {
      TASKS.put(task.spec().id(), task);
    }
  }

  private Tasks() {}

  /**
   * The task of one of Gymnasium's names.
   *
   * @throws UnknownTaskException if there is none, with the nearest names
   */
  public static Task of(String id) {
    Task task = TASKS.get(id);
    if (task == null) {
      throw new UnknownTaskException("unknown task " + id + ", " + advice(id));
    }
    return task;
  }

  public static boolean contains(String id) {
    return TASKS.containsKey(id);
  }

  /** A task's name, or a problem's, as names of files have it: without slashes. */
  public static String fileName(String id) {
    return id.replace('/', '-');
  }

  /** Gymnasium's names of all tasks. */
  public static List<String> ids() {
    return List.copyOf(TASKS.keySet());
  }

  private static String advice(String id) {
    List<String> nearest = Nearest.of(id, TASKS.keySet());
    return nearest.isEmpty()
        ? "known: " + String.join(", ", TASKS.keySet())
        : "did you mean " + String.join(" or ", nearest) + "?";
  }
}
