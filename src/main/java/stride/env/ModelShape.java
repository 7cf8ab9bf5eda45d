package stride.env;

import java.util.ArrayList;
import java.util.List;
import stride.mujoco.Model;

/**
 * What a task needs of its model: it reads and writes positions, velocities and controls by their
 * index, so a model with other numbers or another order would be another task.
 *
 * @param nq position coordinates
 * @param nv velocity coordinates
 * @param nu actuators
 * @param dt seconds of an env step
 * @param joints names of the first joints, whose coordinates the task tells apart
 */
record ModelShape(int nq, int nv, int nu, double dt, List<String> joints) {
  ModelShape {
    joints = List.copyOf(joints);
  }

  /**
   * Compares a model with this shape. Joints are compared only where the numbers agree, since a
   * missing joint shifts all that follow.
   *
   * @param task its name, for the message
   * @param frameSkip physics steps of an env step
   * @throws ModelShapeException if the model has another shape, with all that differs
   */
  void require(String task, Model model, int frameSkip) {
    Differences differences = new Differences();
    differences.see("nq", model.nq(), nq);
    differences.see("nv", model.nv(), nv);
    differences.see("nu", model.nu(), nu);
    differences.see("dt", model.timestep() * frameSkip, dt);
    if (differences.found.isEmpty()) {
      for (int k = 0; k < joints.size(); k++) {
        differences.see("joint " + k, model.joint(k), joints.get(k));
      }
    }
    if (!differences.found.isEmpty()) {
      throw new ModelShapeException(
          "%s: %s has %s, required: %s"
              .formatted(
                  task,
                  model.path().getFileName(),
                  String.join(", ", differences.found),
                  String.join(", ", differences.required)));
    }
  }

  private static final class Differences {
    final List<String> found = new ArrayList<>();
    final List<String> required = new ArrayList<>();

    void see(String name, Object has, Object needs) {
      if (!has.equals(needs)) {
        found.add(name + "=" + has);
        required.add(name + "=" + needs);
      }
    }
  }
}
