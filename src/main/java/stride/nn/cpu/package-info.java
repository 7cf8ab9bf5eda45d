/**
 * The kernels with the Vector API, for whatever vector length the machine prefers.
 *
 * <p><b>Data.</b> Vectors run over the outputs of a layer, which are padded to 16 floats, so that
 * 4, 8 and 16 lanes all divide them. Only lane-wise operations that IEEE 754 defines to the bit are
 * used: no reductions across lanes, no library functions. Therefore the bits are the same for any
 * lane count, interpreted or compiled.
 *
 * <p><b>Memory.</b> Nothing is kept, and nothing is allocated once C2 has compiled the kernels:
 * vectors stay in registers if a method carries at most twelve of them through a loop (sixteen of
 * 16 lanes), stores them directly by {@code intoMemorySegment}, and is not inlined into a bigger
 * one. The last is up to the {@code dontinline} commands of {@code jvm.args} at the root of the
 * project; without them results are the same, but slower.
 *
 * <p><b>Threads.</b> Stateless.
 *
 * <p><b>Errors.</b> As {@link stride.nn.Kernels} says. Needs {@code --add-modules
 * jdk.incubator.vector}.
 */
package stride.nn.cpu;
