/**
 * The arithmetic of DQN in plain scalar Java: what {@link stride.dqn.DqnKernels} means.
 *
 * <p><b>Data.</b> Written to be read: row by row, in single precision.
 *
 * <p><b>Memory.</b> Nothing is kept.
 *
 * <p><b>Threads.</b> Stateless.
 *
 * <p><b>Errors.</b> As {@link stride.dqn.DqnKernels} says.
 */
package stride.dqn.reference;
