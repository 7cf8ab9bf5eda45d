/**
 * The kernels in plain scalar Java: what {@link stride.nn.Kernels} means.
 *
 * <p><b>Data.</b> Written to be read. Sums of products in {@code linear} take the order that the
 * interface fixes; everything else is computed in double precision with {@link
 * java.lang.StrictMath} and rounded once.
 *
 * <p><b>Memory.</b> Nothing is kept.
 *
 * <p><b>Threads.</b> Stateless.
 *
 * <p><b>Errors.</b> As {@link stride.nn.Kernels} says.
 */
package stride.nn.reference;
