/**
 * The arithmetic of PPO with the Vector API.
 *
 * <p><b>Data.</b> Numbers that belong to a row lie in columns, and vectors run over rows; what lies
 * in rows, as a network's outputs do, is copied to columns first. Only lane-wise operations are
 * used and sums go over rows in order, so that bits are the same for any lane count, interpreted or
 * compiled.
 *
 * <p><b>Memory.</b> Nothing is kept, and nothing is allocated once C2 has compiled the kernels,
 * with the {@code dontinline} commands of {@code jvm.args}.
 *
 * <p><b>Threads.</b> Stateless.
 *
 * <p><b>Errors.</b> As {@link stride.ppo.PpoKernels} says.
 */
package stride.ppo.cpu;
