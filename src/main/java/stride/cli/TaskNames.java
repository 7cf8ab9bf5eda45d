package stride.cli;

import java.util.Iterator;
import stride.env.Tasks;

/** The tasks, for completion in a shell. */
final class TaskNames implements Iterable<String> {
  /** What is said of the parameter TASK. */
  static final String DESCRIPTION = "name of a task, such as Hopper-v5; `stride info` lists them";

  @Override
  public Iterator<String> iterator() {
    return Tasks.ids().iterator();
  }
}
