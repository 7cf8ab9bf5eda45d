// Runs the kernels of PPO in the emulation and holds them against plain double precision code, for
// one shape:
//
//   g++ -std=c++17 ... -include cudaemu.h -DTEST_SHAPE=HOPPER test_kernels.cpp && ./a.out
//
// Prints the largest deviation of each kernel, relative to the largest number there is, and exits
// with 1 if one is larger than single precision explains, or if bits differ that should be equal.

#include "device.h"

template <class T>
static bool same_bits(const std::vector<T>& a, const std::vector<T>& b) {
  return a.size() == b.size() && std::memcmp(a.data(), b.data(), a.size() * sizeof(T)) == 0;
}

static bool same_result(const Device& a, const Device& b) {
  return same_bits(a.parameters, b.parameters) && same_bits(a.means, b.means) &&
         same_bits(a.squares, b.squares) && same_bits(a.gradients, b.gradients) &&
         same_bits(a.diagnostics, b.diagnostics) && same_bits(a.moments, b.moments) &&
         std::memcmp(&a.status, &b.status, sizeof(Status)) == 0;
}

// over all magnitudes and both branches; the emulation's exponential and quotient are better than
// the device's
static void test_tanh() {
  double most = 0;
  for (float x = 1e-6f; x < 20; x *= 1.0001f) {
    const double expected = std::tanh(static_cast<double>(x));
    const double unit =
        std::nextafter(static_cast<float>(expected), 2.0f) - static_cast<float>(expected);
    most = std::max(most, std::abs(tanh_unbranched(x) - expected) / unit);
    check(tanh_unbranched(-x) == -tanh_unbranched(x), "tanh is odd");
  }
  std::printf("  %-28s %8.1f units in the last place\n", "tanh", most);
  check(most <= 2, "tanh is off");
  check(tanh_unbranched(INFINITY) == 1 && std::isnan(tanh_unbranched(NAN)),
        "tanh of what is not finite");
}

// A value within the clip range passes its gradient on, also where rounding makes the clipped part
// the larger one.
static void test_value_loss() {
  int larger = 0;
  for (int i = 0; i < 10000; i++) {
    const float old = normal(), value = old + 0.19f * (2 * uniform() - 1), target = normal();
    const float near = old + (value - old) - target;
    larger += near * near > (value - target) * (value - target);
    float d = 0;
    value_loss(value, old, target, 0.5f, &d);
    check(d == 0.5f * VF_COEF * (value - target), "gradient of a value that is hardly changed");
  }
  check(larger > 0, "rounding makes a difference somewhere");
}

static void test_advantages(const Device& device) {
  const Vector expected = advantages_of(device.rollout);
  compare("gae advantages", device.advantages, expected, ALL_ROWS, 2e-7);
  Vector returns = expected;
  for (int row = 0; row < ALL_ROWS; row++) returns[row] += device.rollout.values[row];
  compare("gae returns", device.returns, returns, ALL_ROWS, 2e-7);
}

static void test_moments(Device device) {
  launch(advantage_moments, 3, THREADS, 0, device.frame());
  Vector actual, expected;
  for (int number = 0; number < MINIBATCHES; number++) {
    std::vector<int> rows = device.rows_of(number);
    if (shape::norm_adv == shape::NORM_BATCH) {
      rows.assign(device.order.begin(), device.order.begin() + device.schedule.rows);
    }
    auto [mean, scale] = moments_of(device.advantages, rows);
    if (shape::norm_adv == shape::NORM_NONE) mean = 0, scale = 1;
    actual.insert(actual.end(), {device.moments[number].x, device.moments[number].y});
    expected.insert(expected.end(), {mean, scale});
  }
  compare("advantage_moments", actual, expected, actual.size(), 1e-7);
}

static Losses expected_losses(const Device& device, const Vector& p, int number) {
  const std::vector<int> rows = device.rows_of(number);
  Vector advantages;
  for (int row : rows) {
    advantages.push_back((device.advantages[row] - device.moments[number].x) *
                         device.moments[number].y);
  }
  return losses_of(p, device.rollout, rows, advantages, device.returns);
}

// the reference's own gradient, by differences
static void test_reference(const Device& device, const Losses& losses, int number) {
  Vector p(device.parameters.begin(), device.parameters.end());
  Vector actual, expected;
  for (int i = 0; i < 60; i++) {
    int at = static_cast<int>(uniform() * P);
    if (i < A && shape::head == shape::GAUSSIAN) at = shape::log_std + i;
    const double kept = p[at], step = 1e-6;
    p[at] = kept + step;
    const double above = expected_losses(device, p, number).total;
    p[at] = kept - step;
    const double below = expected_losses(device, p, number).total;
    p[at] = kept;
    if (losses.gradient[at] == 0) continue;  // padding, or a unit that is off
    actual.push_back((above - below) / (2 * step));
    expected.push_back(losses.gradient[at]);
  }
  compare("reference by differences", actual, expected, actual.size(), 1e-6);
}

static void test_gradient(Device device) {
  launch(advantage_moments, 2, THREADS, 0, device.frame());
  const Vector p(device.parameters.begin(), device.parameters.end());
  for (int number : {0, MINIBATCHES - 1}) {
    const Losses losses = expected_losses(device, p, number);
    if (number == 0) test_reference(device, losses, number);
    launch_minibatch(device, number, MAX_PARTS);
    compare("minibatch_gradient", device.gradients, losses.gradient, P, 3e-6);
    compare("losses", &device.diagnostics[number * SUMS_LENGTH], losses.means, SUMS, 1e-6);
    check(device.diagnostics[number * SUMS_LENGTH + USED_ROWS] == device.rows_of(number).size(),
          "rows");
    double squares = 0, expected = 0;
    for (double norm : device.norms) squares += norm;
    for (float g : device.gradients) expected += static_cast<double>(g) * g;
    compare("norms", &squares, &expected, 1, 1e-13);
  }
}

static void test_adam(Device device) {
  launch(advantage_moments, 2, THREADS, 0, device.frame());
  launch_minibatch(device, 1, 2);
  Vector p(device.parameters.begin(), device.parameters.end()), m(P), v(P);
  double squares = 0;
  for (float g : device.gradients) squares += static_cast<double>(g) * g;
  const double scale = std::min(1.0, shape::max_grad_norm / (std::sqrt(squares) + 1e-6));
  for (int i = 0; i < P; i++) {
    const double g = device.gradients[i] * scale, number = 10 + 1 + 1;
    m[i] = shape::adam_beta1 * device.means[i] + (1 - shape::adam_beta1) * g;
    v[i] = shape::adam_beta2 * device.squares[i] + (1 - shape::adam_beta2) * g * g;
    const double unbiased_mean = m[i] / (1 - std::pow(shape::adam_beta1, number));
    const double unbiased_square = v[i] / (1 - std::pow(shape::adam_beta2, number));
    p[i] -= device.schedule.learning_rate * unbiased_mean /
            (std::sqrt(unbiased_square) + shape::adam_eps);
  }
  launch(adam_step, 2, THREADS, 0, device.frame(), 1);
  compare("adam_step parameters", device.parameters, p, P, 1e-6);
  compare("adam_step means", device.means, m, P, 1e-6);
  compare("adam_step squares", device.squares, v, P, 2e-5);  // 1 - 0.999 in single precision
  const double norm = std::sqrt(squares);
  compare("norm of the gradient", &device.diagnostics[SUMS_LENGTH + NORM], &norm, 1, 1e-13);
}

static void test_update(const Device& start) {
  Device separate = start;
  launch_separately(separate, 2);
  check(!same_bits(separate.parameters, start.parameters), "an update changes parameters");
  check(separate.status.not_finite_at == -1, "an update is finite");
  for (int grid : {1, 2, 5}) {
    for (const char* order : {"0", "1", "7", "12"}) {
      if (grid != 2 && order[0] != '0') continue;
      setenv("EMU_ORDER", order, 1);
      Device persistent = start;
      launch_update(persistent, grid);
      check(same_result(separate, persistent), "ppo_update equals separate launches, blocks=" +
                                                   std::to_string(grid) + ", order=" + order);
    }
  }
  for (const char* order : {"0", "1", "9"}) {
    setenv("EMU_ORDER", order, 1);
    Device cluster = start;
    launch_cluster(cluster);
    check(same_result(separate, cluster),
          std::string("ppo_cluster equals separate launches, order=") + order);
  }
  setenv("EMU_ORDER", "3", 1);
  Device other = start;
  launch_separately(other, MAX_PARTS + 1);
  check(same_result(separate, other), "separate launches do not hang on the grid or the order");
  setenv("EMU_ORDER", "0", 1);
  for (int i = 0; i < P; i++) {
    if (start.parameters[i] == 0 && start.squares[i] == 0 && separate.gradients[i] == 0) {
      check(separate.parameters[i] == 0, "padding stays 0");
    }
  }
}

static void test_early_stop() {
  if (shape::target_kl < 0) return;
  Device separate = made_up(0.02, 0.01);
  Device persistent = separate, cluster = separate;
  launch_separately(separate, 2);
  launch_update(persistent, 2);
  launch_cluster(cluster);
  check(same_result(separate, persistent) && same_result(separate, cluster),
        "early stops are equal");
  const int epoch = separate.status.stopped_after_epoch;
  check(epoch >= 0 && epoch < shape::update_epochs - 1, "target_kl stops an update");
  const int last = (epoch + 1) * shape::num_minibatches;
  check(separate.diagnostics[(last - 1) * SUMS_LENGTH + KL] > shape::target_kl,
        "its KL is above the target");
  check(separate.diagnostics[last * SUMS_LENGTH] == -1, "nothing happens after a stop");
  check(separate.status.done_minibatches == last, "steps until a stop");
}

static void test_not_finite(const Device& start) {
  Device separate = start;
  const int at = shape::num_minibatches > 1 ? 1 : 0;
  separate.rollout.observations[separate.rows_of(at)[0] * shape::observation_stride] = NAN;
  Device persistent = separate, cluster = separate, until = separate;
  launch_separately(separate, 2);
  launch_update(persistent, 3);
  launch_cluster(cluster);
  check(same_result(separate, persistent) && same_result(separate, cluster),
        "broken updates are equal");
  check(separate.status.not_finite_at == at && separate.status.done_minibatches == at,
        "NaN is found");
  launch(advantage_moments, 1, THREADS, 0, until.frame());
  launch_minibatch(until, 0, 1);
  launch(adam_step, 1, THREADS, 0, until.frame(), 0);
  check(same_bits(until.parameters, separate.parameters), "parameters stay as before a NaN");
  check(same_bits(until.squares, separate.squares), "moments stay as before a NaN");
}

static void test_few_rows() {
  Device separate = made_up(0, 1e-3);
  const int rows = shape::num_minibatches > 2 ? 2 : 1;
  for (int row = rows; row < ALL_ROWS; row++) separate.rollout.diverged[row] = 1;
  schedule(separate, 1e-3, 0);
  for (int i = 0; i < 2; i++) separate.advantages[i] = 1 + i;
  Device persistent = separate, cluster = separate, none = separate;
  launch_separately(separate, 2);
  launch_update(persistent, 2);
  launch_cluster(cluster);
  check(same_result(separate, persistent) && same_result(separate, cluster),
        "updates with empty minibatches are equal");
  const int stopped = separate.status.stopped_after_epoch;
  const int epochs = stopped < 0 ? shape::update_epochs : stopped + 1;
  check(separate.status.done_minibatches == rows * epochs, "empty minibatches take no step");
  check(separate.status.not_finite_at == -1, "one row is enough");
  none.schedule.rows = 0;
  const Device before = none;
  launch_update(none, 2);
  check(same_bits(none.parameters, before.parameters), "no rows, no change");
}

static void test_explained_variance(Device device) {
  launch(explained_variance, 1, THREADS, 0, device.frame());
  const std::vector<int> usable(device.order.begin(), device.order.begin() + device.schedule.rows);
  std::vector<float> errors(ALL_ROWS);
  for (int row = 0; row < ALL_ROWS; row++)
    errors[row] = device.returns[row] - device.rollout.values[row];
  const double r = moments_of(device.returns, usable).second, e = moments_of(errors, usable).second;
  const double expected = 1 - r * r / (e * e);
  compare("explained_variance", &device.status.explained_variance, &expected, 1, 1e-6);
  check(device.status.parameters_not_finite == 0, "parameters are finite");
  device.parameters[P - 1] = INFINITY;
  std::fill(device.returns.begin(), device.returns.end(), 1.5f);
  launch(explained_variance, 1, THREADS, 0, device.frame());
  check(device.status.parameters_not_finite == 1, "a parameter that is not finite is found");
  check(std::isnan(device.status.explained_variance), "equal returns have no variance to explain");
}

int main() {
  std::printf("shape %d: %d parameters, %d bytes of shared memory\n", TEST_SHAPE, P, SHARED_BYTES);
  const Device device = made_up(0.03, 1e-3);
  test_tanh();
  test_value_loss();
  test_advantages(device);
  test_moments(device);
  test_gradient(device);
  test_adam(device);
  test_explained_variance(device);
  test_update(device);
  test_early_stop();
  test_not_finite(device);
  test_few_rows();
  std::printf(failures ? "%d failures\n" : "passed\n", failures);
  return failures > 0;
}
