package stride.ppo.cuda;

import java.util.ArrayList;
import java.util.List;
import stride.cuda.DeviceArray;
import stride.cuda.DeviceMemory;
import stride.cuda.DevicePlan;
import stride.nn.MlpLayout;
import stride.nn.PolicyLayout;

/**
 * Actor and critic over the rows of a minibatch: as one stack where their hidden layers are equal,
 * which is usual, else as two.
 *
 * <p>The biases of the last layers, and their gradients, are left to the kernels that read the
 * outputs.
 */
final class WideNetworks {
  private final List<WideStack> stacks = new ArrayList<>();

  /**
   * Networks.
   *
   * @param policy where their parameters lie
   * @param memory as planned, 0 at first
   * @param kernels what they compute with
   * @param x [rows, inputStride], observations
   * @param parameters all
   * @param gradients all
   */
  WideNetworks(
      PolicyLayout policy,
      DeviceMemory memory,
      WideKernels kernels,
      DeviceArray x,
      DeviceArray parameters,
      DeviceArray gradients) {
    int column = 0;
    for (List<MlpLayout> networks : stacked(policy)) {
      stacks.add(new WideStack(networks, column, memory, kernels, x, parameters, gradients));
      column += networks.stream().mapToInt(WideStack::biases).sum();
    }
  }

  /** Plans what {@link #WideNetworks} needs: outputs and gradients of all layers. */
  static void plan(DevicePlan plan, PolicyLayout policy, int rows) {
    stacked(policy).forEach(networks -> WideStack.plan(plan, networks, rows));
  }

  /** Columns of the partials: of all biases, and behind them of what is no network's. */
  static long summed(PolicyLayout policy) {
    int biases = WideStack.biases(policy.actor()) + WideStack.biases(policy.critic());
    return biases + policy.size() - policy.critic().end();
  }

  private static List<List<MlpLayout>> stacked(PolicyLayout policy) {
    MlpLayout actor = policy.actor();
    MlpLayout critic = policy.critic();
    boolean equal =
        actor.spec().hidden().equals(critic.spec().hidden())
            && actor.spec().activation() == critic.spec().activation();
    return equal ? List.of(List.of(actor, critic)) : List.of(List.of(actor), List.of(critic));
  }

  DeviceArray actorOutput() {
    return stacks.getFirst().outputs().getFirst();
  }

  DeviceArray criticOutput() {
    return stacks.getLast().outputs().getLast();
  }

  /** Where the gradient of the actor's output belongs, before {@link #backward}. */
  DeviceArray actorOutputGradient() {
    return stacks.getFirst().outputGradients().getFirst();
  }

  /** Where the gradient of the critic's output belongs, before {@link #backward}. */
  DeviceArray criticOutputGradient() {
    return stacks.getLast().outputGradients().getLast();
  }

  void forward() {
    stacks.forEach(WideStack::forward);
  }

  void backward() {
    stacks.forEach(WideStack::backward);
  }

  /** The products alone, of whatever the arrays hold. */
  void multiply() {
    stacks.forEach(WideStack::multiply);
  }
}
