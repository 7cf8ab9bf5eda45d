// Memory of a made-up update, launches, and comparisons that count failures.

#pragma once

#include <string>

// first: it says how many chunks a block takes
#include "../../ppo_cluster.cu"
// the others
#include "../../common.cu"
#include "../../narrow.cu"
#include "../../policy_step.cu"
#include "../../ppo_update.cu"
#include "../../wide.cu"
#include "reference.h"

inline int failures = 0;

inline void check(bool holds, const std::string& what) {
  if (!holds) {
    std::printf("FAILED: %s\n", what.c_str());
    failures++;
  }
}

// largest difference over largest magnitude
template <class X, class Y>
void compare(const std::string& what, const X& actual, const Y& expected, size_t count,
             double limit) {
  double difference = 0, magnitude = 0;
  for (size_t i = 0; i < count; i++) {
    const double d = std::abs(static_cast<double>(actual[i]) - static_cast<double>(expected[i]));
    difference = d <= difference ? difference : d;  // NaN stays
    magnitude = std::max(magnitude, std::abs(static_cast<double>(expected[i])));
  }
  const double deviation = difference / std::max(magnitude, 1e-30);
  std::printf("  %-28s %8.1e\n", what.c_str(), deviation);
  check(deviation <= limit, what + ": deviation above " + std::to_string(limit));
}

//---------------------------------- device memory -------------------------------------------------

// everything a frame points to
struct Device {
  Rollout rollout;
  std::vector<float> advantages = std::vector<float>(ALL_ROWS),
                     returns = std::vector<float>(ALL_ROWS);
  Schedule schedule = {};
  std::vector<int> order = std::vector<int>(shape::update_epochs * ALL_ROWS);
  std::vector<float2> moments = std::vector<float2>(MINIBATCHES);
  std::vector<float> parameters = std::vector<float>(P), means = parameters, squares = parameters;
  std::vector<float> partials = std::vector<float>(static_cast<size_t>(MAX_PARTS) * P, NAN);
  std::vector<float> gradients = std::vector<float>(P, NAN);
  std::vector<double> norms = std::vector<double>(SLICES, NAN);
  std::vector<double> sums = std::vector<double>(MAX_CHUNKS * SUMS_LENGTH, NAN);
  std::vector<double> diagnostics = std::vector<double>(MINIBATCHES * SUMS_LENGTH, -1);
  Status status = {-1, -1, 0, 0, NAN};
  std::vector<unsigned> barrier = std::vector<unsigned>(8);

  Frame frame() {
    Frame f;
    f.observations = rollout.observations.data();
    f.actions = shape::head == shape::CATEGORICAL ? static_cast<const void*>(rollout.choices.data())
                                                  : rollout.actions.data();
    f.log_probs = rollout.log_probs.data();
    f.values = rollout.values.data();
    f.rewards = rollout.rewards.data();
    f.terminated = rollout.terminated.data();
    f.truncated = rollout.truncated.data();
    f.diverged = rollout.diverged.data();
    f.truncated_values = rollout.truncated_values.data();
    f.advantages = advantages.data();
    f.returns = returns.data();
    f.schedule = &schedule;
    f.order = order.data();
    f.moments = moments.data();
    f.parameters = parameters.data();
    f.means = means.data();
    f.squares = squares.data();
    f.partials = partials.data();
    f.gradients = gradients.data();
    f.norms = norms.data();
    f.sums = sums.data();
    f.diagnostics = diagnostics.data();
    f.status = &status;
    f.barrier = barrier.data();
    f.timeline = nullptr;
    return f;
  }

  std::vector<int> rows_of(int number) const {
    const int epoch = number / shape::num_minibatches, index = number % shape::num_minibatches;
    const auto start = order.begin() + epoch * ALL_ROWS;
    return std::vector<int>(start + schedule.rows * index / shape::num_minibatches,
                            start + schedule.rows * (index + 1) / shape::num_minibatches);
  }
};

template <class... A>
void launch(void (*kernel)(A...), dim3 grid, int threads, int shared, A... arguments) {
  void* pointers[] = {&arguments...};
  emu::launch(kernel, grid, dim3(threads), shared, pointers);
}

inline void launch_update(Device& device, int grid) {
  Frame frame = device.frame();
  void* pointers[] = {&frame};
  emu::launch(ppo_update, dim3(grid), dim3(THREADS), SHARED_BYTES, pointers, true);
}

inline void launch_cluster(Device& device) {
  Frame frame = device.frame();
  void* pointers[] = {&frame};
  emu::launch(ppo_cluster, dim3(shape::cluster_blocks), dim3(THREADS), SHARED_BYTES, pointers,
              true);
}

inline void launch_gae(Device& device) {
  launch(gae, (N + GAE_THREADS - 1) / GAE_THREADS, GAE_THREADS, 0, device.frame());
}

inline void launch_minibatch(Device& device, int number, int grid) {
  launch(minibatch_gradient, grid, THREADS, SHARED_BYTES, device.frame(), number);
  launch(reduce_gradients, grid, THREADS, 0, device.frame(), number);
}

// the same as ppo_update, one kernel after the other
inline void launch_separately(Device& device, int grid) {
  launch(advantage_moments, grid, THREADS, 0, device.frame());
  for (int number = 0; number < MINIBATCHES; number++) {
    launch_minibatch(device, number, grid);
    launch(adam_step, grid, THREADS, 0, device.frame(), number);
  }
  launch(explained_variance, 1, THREADS, 0, device.frame());
}

//---------------------------------- made-up data --------------------------------------------------

inline std::mt19937_64 generator(TEST_SHAPE);

inline double normal() { return std::normal_distribution<double>()(generator); }
inline double uniform() { return std::uniform_real_distribution<double>()(generator); }

template <class Net>
void random_network(std::vector<float>& p, const Net& net, int layers) {
  for (int l = 0; l < layers; l++) {
    for (int o = 0; o < net[l].outputs; o++) {
      p[net[l].bias + o] = 0.1 * normal();
      for (int k = 0; k < net[l].inputs; k++) {
        p[net[l].weights + k * net[l].output_stride + o] = normal() / std::sqrt(net[l].inputs);
      }
    }
  }
}

// usable rows, in another random order for every epoch, and Adam's factors
inline void schedule(Device& device, double learning_rate, long steps_before) {
  std::vector<int> usable;
  for (int row = 0; row < ALL_ROWS; row++) {
    if (!device.rollout.diverged[row]) usable.push_back(row);
  }
  device.schedule.learning_rate = learning_rate;
  device.schedule.rows = usable.size();
  for (int epoch = 0; epoch < shape::update_epochs; epoch++) {
    std::shuffle(usable.begin(), usable.end(), generator);
    std::copy(usable.begin(), usable.end(), device.order.begin() + epoch * ALL_ROWS);
  }
  for (int i = 0; i < MINIBATCHES; i++) {
    const double number = steps_before + i + 1;
    device.schedule.adam[i].step = learning_rate / (1 - std::pow(shape::adam_beta1, number));
    device.schedule.adam[i].root = 1 / std::sqrt(1 - std::pow(shape::adam_beta2, number));
  }
}

inline Device made_up(double diverging, double learning_rate) {
  Device device;
  Rollout& r = device.rollout;
  random_network(device.parameters, shape::actor, shape::actor_layers);
  random_network(device.parameters, shape::critic, shape::critic_layers);
  for (int k = 0; shape::head == shape::GAUSSIAN && k < A; k++) {
    device.parameters[shape::log_std + k] = 0.3 * normal();
  }
  const Vector p(device.parameters.begin(), device.parameters.end());
  for (int row = 0; row < (T + 1) * N; row++) {
    for (int k = 0; k < D; k++) r.observations[row * shape::observation_stride + k] = normal();
    const auto critic = forward(shape::critic, shape::critic_layers, p, observation(r, row));
    r.values[row] = critic.back()[0] + 0.2 * normal();
  }
  for (int row = 0; row < ALL_ROWS; row++) {
    const auto actor = forward(shape::actor, shape::actor_layers, p, observation(r, row));
    r.choices[row] = static_cast<int>(uniform() * A);
    for (int k = 0; k < A && shape::head != shape::CATEGORICAL; k++) {
      const double log_std =
          shape::head == shape::GAUSSIAN ? p[shape::log_std + k] : actor.back()[A + k];
      r.actions[row * A + k] = actor.back()[k] + std::exp(log_std) * normal();
    }
    r.log_probs[row] = policy_of(actor.back(), p, r, row).log_prob + 0.2 * normal();
    r.rewards[row] = normal();
    r.terminated[row] = uniform() < 0.05;
    r.truncated[row] = !r.terminated[row] && uniform() < 0.05;
    r.diverged[row] = uniform() < diverging;
    r.truncated_values[row] = r.truncated[row] ? normal() : NAN;
  }
  for (int i = 0; i < P; i++) device.squares[i] = device.parameters[i] == 0 ? 0 : 1e-4 * uniform();
  for (int i = 0; i < P; i++) device.means[i] = device.parameters[i] == 0 ? 0 : 1e-3 * normal();
  schedule(device, learning_rate, 10);
  launch_gae(device);
  return device;
}
