/**
 * Writes policies for others: files that hold an actor-critic with the normalisation of its
 * observations, or a Q network, and need nothing of Stride to run.
 *
 * <p><b>Data.</b> ONNX for runtimes, safetensors for those who put the network together themselves.
 * Observations go in as the task gives them; tensors have PyTorch's names and shapes, {@code [out,
 * in]}, without padding. Equal policies give equal files.
 *
 * <p><b>Memory.</b> A policy's tensors are copied to the heap, some kilobytes.
 *
 * <p><b>Threads.</b> Nothing here is shared.
 *
 * <p><b>Errors.</b> {@link stride.files.FileException} if a file cannot be written: one line that
 * says which and why. Files are written whole or not at all.
 */
package stride.export;
