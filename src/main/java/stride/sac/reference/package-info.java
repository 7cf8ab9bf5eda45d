/**
 * The arithmetic of soft actor-critic in plain scalar Java: what {@link stride.sac.SacKernels}
 * means.
 *
 * <p><b>Data.</b> Written to be read: row by row; what takes exponentials is in double precision,
 * rounded once.
 *
 * <p><b>Memory.</b> Nothing is kept: gradients are computed from outputs and noise anew.
 *
 * <p><b>Threads.</b> Stateless.
 *
 * <p><b>Errors.</b> As {@link stride.sac.SacKernels} says.
 */
package stride.sac.reference;
