/**
 * Simulates: MJCF files and controls in, rows of states out. The only package that links libmujoco.
 *
 * <p><b>Data.</b> A {@link stride.mujoco.SimulationBatch} steps many simulations of one {@link
 * stride.mujoco.Model}. Their states are rows of doubles, {@code [simulations, stateSize]}, in
 * MuJoCo's own memory ({@link stride.mujoco.StateRows}): what is written there is what the next
 * step starts from, and the step overwrites it. Units are MuJoCo's: m, kg, s, rad.
 *
 * <p><b>Memory.</b> Models, batches and replays own native memory and are closed by whoever made
 * them; a batch keeps its own copy of the model. Rows die with their batch.
 *
 * <p><b>Threads.</b> A batch belongs to one thread at a time, whatever number of threads it runs on
 * itself; different batches are independent. A model may be shared.
 *
 * <p><b>Errors.</b> {@link stride.mujoco.MujocoException} with MuJoCo's own text. MuJoCo's
 * handlers, which would end the process or write a log file into the working folder, are replaced;
 * its warnings are kept for {@link stride.mujoco.Mujoco#takeWarnings}.
 */
package stride.mujoco;
