/**
 * Turns rows of observations and one flat slab of parameters into actions, log-probabilities and
 * values, with kernels that come in twins.
 *
 * <p><b>Data.</b> Everything is float32 and row-major; a row is a sample. Observations are {@code
 * [rows, inputStride]} with {@code inputStride} = D rounded up to a multiple of 4, hidden and
 * output rows are padded to a multiple of 16; padding is 0. A {@link stride.nn.NetworkLayout} of
 * chains, each an {@link stride.nn.MlpLayout}, says where each weight lies; nothing of that depends
 * on the machine. {@link stride.nn.Kernels} is the interface to the arithmetic: {@code
 * nn.reference} defines it, {@code nn.cpu} computes it with vectors. {@code learn.Backends} makes
 * them. The result for a row does not depend on the other rows of a call, on their number, on the
 * vector length, or on whether the code is interpreted or compiled.
 *
 * <p><b>Memory.</b> Callers own parameters and rollout slabs; a {@link stride.nn.PolicyInference}
 * owns one {@link stride.nn.Workspace}. After construction nothing is allocated.
 *
 * <p><b>Threads.</b> Layouts, specs and kernels are immutable and shared. An inference and its
 * workspace belong to one thread; many threads may read the same parameters.
 *
 * <p><b>Errors.</b> A slab that is too small throws {@link java.lang.IndexOutOfBoundsException}
 * before anything is written, a wrong size or kind {@link java.lang.IllegalArgumentException}, a
 * backend that cannot run here {@link stride.nn.BackendUnavailableException}. NaN stays NaN.
 */
package stride.nn;
