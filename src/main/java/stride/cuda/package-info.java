/**
 * Compiles kernels from source and runs them on arrays on an NVIDIA GPU. Nothing here belongs to
 * one algorithm.
 *
 * <pre>
 *   CudaLibraries   driver, NVRTC and cuBLAS found, or one line that says why not
 *        |
 *     Device -------- Stream, Event, Graph       work in order, its time, its repetition
 *        |----------- DeviceMemory -- DeviceArray -- Transfer      one allocation, dealt out
 *        |----------- PinnedMemory               pages the device copies from and to by itself
 *        |----------- KernelModule -- Kernel     launched with KernelArguments and a LaunchShape
 *        |                 ^
 *        |            CompiledKernels &lt;- KernelCompiler &lt;- KernelSource         cached on disk
 *        '----------- Blas                       matrix products
 * </pre>
 *
 * <p><b>Data.</b> Arrays on the device are dense and row-major like those of {@code stride.memory};
 * what they hold before they are written is arbitrary. Nothing here uses CUDA's default stream: a
 * stream is named in every call that puts work on the device.
 *
 * <p><b>Memory.</b> A {@link stride.cuda.Device} owns all that was made on it, and closes what is
 * still open when it closes; everything can be closed before, twice without harm. Arguments of
 * kernels belong to an arena; page-locked memory to the arena of its slabs. Neither a launch nor a
 * {@link stride.cuda.Transfer} makes objects on the Java heap.
 *
 * <p><b>Threads.</b> One thread drives a device, and {@link stride.cuda.Device#makeCurrent} hands
 * it to another; calls from any other throw {@link java.lang.WrongThreadException}. Only
 * page-locked memory may be closed anywhere. {@link stride.cuda.CudaLibraries} and {@link
 * stride.cuda.KernelCompiler} are for any thread.
 *
 * <p><b>Errors.</b> A missing GPU throws {@link stride.nn.BackendUnavailableException} with the
 * reason; a failed call {@link stride.cuda.CudaException} with the names of call and error. An
 * error on the device is thrown by a later call, at the latest by one that waits. After a device is
 * lost, {@code close()} does nothing and every other call throws.
 */
package stride.cuda;
