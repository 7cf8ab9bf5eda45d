/**
 * Turns a {@link stride.learn.Learner} and a number of env steps into a run: a folder with
 * configuration, metrics and checkpoints, and the rates and returns it reached; and reads such
 * folders.
 *
 * <p><b>Data.</b> A checkpoint is a safetensors file of all slabs of the learner's state, little
 * endian; equal states give equal files. Metrics are one JSON object an iteration, and TensorBoard
 * scalars under CleanRL's tags. Times are seconds of wall time.
 *
 * <p><b>Memory.</b> State goes from slabs to the file and back without a copy on the heap. A {@link
 * stride.train.Checkpoint} that was read owns its slabs until it is closed.
 *
 * <p><b>Threads.</b> A run belongs to the thread that started it; others only ask it to stop. A run
 * folder belongs to one process at a time.
 *
 * <p><b>Errors.</b> {@link stride.files.FileException} for a file that cannot be read or written,
 * or is not what it should be; {@link stride.train.TrainException} for what else ends a run: one
 * line that says which file and why. Files are written whole or not at all, so a run goes on from
 * its last checkpoint, whatever ended it.
 */
package stride.train;
