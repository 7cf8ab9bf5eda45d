/**
 * The arithmetic of soft actor-critic with the Vector API.
 *
 * <p><b>Data.</b> Elements of an action lie in columns, and vectors run over rows; what lies in
 * rows, as a network's outputs do, is copied to columns first. A critic's value is alone in its
 * row: there loops are scalar. Only lane-wise operations are used, so that bits are the same for
 * any lane count, interpreted or compiled.
 *
 * <p><b>Memory.</b> Nothing is kept but what {@link stride.sac.DrawnActions} holds, and nothing is
 * allocated once C2 has compiled the kernels, with the {@code dontinline} commands of {@code
 * jvm.args}.
 *
 * <p><b>Threads.</b> Stateless.
 *
 * <p><b>Errors.</b> As {@link stride.sac.SacKernels} says.
 */
package stride.sac.cpu;
