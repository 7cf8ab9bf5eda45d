package stride.env;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import stride.memory.Shape;
import stride.mujoco.Model;
import stride.mujoco.Mujoco;
import stride.mujoco.SimulationBatch;

/**
 * A task on MuJoCo: what Gymnasium adds to the physics, for all rows of a batch in one call.
 *
 * <p>Formulas keep Gymnasium's order of operations, so that results agree to the last bits.
 */
abstract class MujocoTask extends Task implements MujocoRules {
  private static final int MAX_EPISODE_STEPS = 1000; // of all MuJoCo tasks built so far

  private final String modelFile;
  private final ModelShape shape;

  /**
   * A task.
   *
   * @param id Gymnasium's name
   * @param modelFile name of the MJCF file among the assets
   * @param coordinates positions of the model, and velocities: all joints have one of each
   * @param joints names of the first joints, whose coordinates the task tells apart
   * @param observationElements D
   * @param actions bounds of the controls, one for each actuator
   * @param frameSkip physics steps of an env step
   * @param timestep seconds of a physics step
   */
  MujocoTask(
      String id,
      String modelFile,
      int coordinates,
      List<String> joints,
      int observationElements,
      ActionSpace.Box actions,
      int frameSkip,
      double timestep) {
    super(
        new EnvSpec(
            id,
            Shape.of(observationElements),
            ObservationType.F32,
            actions,
            MAX_EPISODE_STEPS,
            frameSkip,
            timestep * frameSkip));
    this.modelFile = modelFile;
    this.shape = new ModelShape(coordinates, coordinates, actions.elements(), spec().dt(), joints);
  }

  @Override
  public final boolean runsOnMujoco() {
    return true;
  }

  final Path modelFile() {
    return Mujoco.assets().resolve(modelFile);
  }

  @Override
  public final Collection<Path> files(Path assets) throws IOException {
    return Model.files(assets.resolve(modelFile));
  }

  @Override
  final MujocoRows open(int numEnvs, int threads, boolean clipActions) {
    Path file = modelFile();
    if (!Files.isRegularFile(file)) {
      throw new MissingModelException(file);
    }
    try (Model model = Model.load(file)) {
      shape.require(spec().id(), model, spec().frameSkip());
      // copies the model, which is closed here
      var batch = new SimulationBatch(model, numEnvs, threads, /* persistent= */ false);
      try {
        return new MujocoRows(spec(), this, batch, model.timestep(), clipActions);
      } catch (RuntimeException | Error e) {
        batch.close();
        throw e;
      }
    }
  }
}
