/**
 * The arithmetic of PPO in plain scalar Java: what {@link stride.ppo.PpoKernels} means.
 *
 * <p><b>Data.</b> Written to be read: row by row, in double precision, rounded once.
 *
 * <p><b>Memory.</b> Nothing is kept.
 *
 * <p><b>Threads.</b> Stateless.
 *
 * <p><b>Errors.</b> As {@link stride.ppo.PpoKernels} says.
 */
package stride.ppo.reference;
