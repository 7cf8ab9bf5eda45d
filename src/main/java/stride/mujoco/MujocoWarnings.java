package stride.mujoco;

import java.io.PrintWriter;
import java.util.LinkedHashSet;
import java.util.Set;

/** What MuJoCo warned of, for users. */
public final class MujocoWarnings {
  private MujocoWarnings() {}

  /**
   * Prints the warnings since the last time, each once.
   *
   * @param err takes a line for each
   */
  public static void print(PrintWriter err) {
    Set<String> different = new LinkedHashSet<>(); // every shard loads its model, and says the same
    try {
      Mujoco.takeWarnings(text -> different.add(text.strip()));
    } catch (MujocoException e) {
      // it cannot be loaded, so it was not asked anything: tasks written in Java do without
    }
    different.forEach(text -> err.println("mujoco: " + text));
    err.flush();
  }
}
