// PPO in plain double precision, written from its formulas and not from the kernels: what the
// kernels are held against.

#pragma once

#include <cmath>
#include <limits>
#include <random>
#include <vector>

#include "shape.cuh"

using Vector = std::vector<double>;

constexpr int T = shape::num_steps, N = shape::num_envs, D = shape::observations;
constexpr int A = shape::actions, P = shape::parameters, ALL_ROWS = T * N;
constexpr int OUTPUTS = shape::actor_outputs;

//---------------------------------- a rollout -----------------------------------------------------

// made up; nothing about it hangs together but shapes, and what advantages need
struct Rollout {
  std::vector<float> observations = std::vector<float>((T + 1) * N * shape::observation_stride);
  std::vector<float> actions = std::vector<float>(ALL_ROWS * A);
  std::vector<int> choices = std::vector<int>(ALL_ROWS);
  std::vector<float> log_probs = std::vector<float>(ALL_ROWS);
  std::vector<float> values = std::vector<float>((T + 1) * N);
  std::vector<float> rewards = std::vector<float>(ALL_ROWS);
  std::vector<unsigned char> terminated = std::vector<unsigned char>(ALL_ROWS);
  std::vector<unsigned char> truncated = std::vector<unsigned char>(ALL_ROWS);
  std::vector<unsigned char> diverged = std::vector<unsigned char>(ALL_ROWS);
  std::vector<float> truncated_values = std::vector<float>(ALL_ROWS);
};

//---------------------------------- networks ------------------------------------------------------

template <class Net>
std::vector<Vector> forward(const Net& net, int layers, const Vector& p, Vector x) {
  std::vector<Vector> outputs = {x};
  for (int l = 0; l < layers; l++) {
    const shape::Layer& layer = net[l];
    Vector y(layer.outputs);
    for (int o = 0; o < layer.outputs; o++) {
      y[o] = p[layer.bias + o];
      for (int k = 0; k < layer.inputs; k++) {
        y[o] += outputs.back()[k] * p[layer.weights + k * layer.output_stride + o];
      }
      if (layer.activation == shape::TANH) y[o] = std::tanh(y[o]);
      if (layer.activation == shape::RELU) y[o] = y[o] < 0 ? 0 : y[o];
    }
    outputs.push_back(y);
  }
  return outputs;
}

template <class Net>
void backward(const Net& net, int layers, const Vector& p, const std::vector<Vector>& outputs,
              Vector d, Vector& gradient) {
  for (int l = layers - 1; l >= 0; l--) {
    const shape::Layer& layer = net[l];
    Vector before(layer.inputs);
    for (int o = 0; o < layer.outputs; o++) {
      const double y = outputs[l + 1][o];
      if (layer.activation == shape::TANH) d[o] *= 1 - y * y;
      if (layer.activation == shape::RELU) d[o] = y > 0 ? d[o] : 0;
      gradient[layer.bias + o] += d[o];
      for (int k = 0; k < layer.inputs; k++) {
        const int at = layer.weights + k * layer.output_stride + o;
        gradient[at] += outputs[l][k] * d[o];
        before[k] += p[at] * d[o];
      }
    }
    d = before;
  }
}

//---------------------------------- losses --------------------------------------------------------

// of one row: what the actor's outputs say of an action, and derivatives of that
struct Policy {
  double log_prob = 0, entropy = 0;
  Vector log_prob_by_output = Vector(OUTPUTS), entropy_by_output = Vector(OUTPUTS);
  Vector log_prob_by_log_std = Vector(A);
};

inline Policy policy_of(const Vector& out, const Vector& p, const Rollout& rollout, int row) {
  Policy policy;
  if (shape::head == shape::CATEGORICAL) {
    double sum = 0;
    for (int k = 0; k < A; k++) sum += std::exp(out[k]);
    for (int k = 0; k < A; k++) {
      const double q = std::exp(out[k]) / sum;
      policy.entropy -= q * std::log(q);
    }
    const int choice = rollout.choices[row];
    policy.log_prob = out[choice] - std::log(sum);
    for (int k = 0; k < A; k++) {
      const double q = std::exp(out[k]) / sum;
      policy.log_prob_by_output[k] = (k == choice) - q;
      policy.entropy_by_output[k] = -q * (std::log(q) + policy.entropy);
    }
    return policy;
  }
  for (int k = 0; k < A; k++) {
    const bool by_state = shape::head == shape::STATE_GAUSSIAN;
    const double log_std = by_state ? out[A + k] : p[shape::log_std + k];
    const double variance = std::exp(2 * log_std);
    const double distance = rollout.actions[row * A + k] - out[k];
    policy.log_prob += -distance * distance / (2 * variance) - log_std - std::log(2 * M_PI) / 2;
    policy.entropy += log_std + std::log(2 * M_PI * std::exp(1.0)) / 2;
    policy.log_prob_by_output[k] = distance / variance;
    policy.log_prob_by_log_std[k] = distance * distance / variance - 1;
    if (by_state) {
      policy.log_prob_by_output[A + k] = policy.log_prob_by_log_std[k];
      policy.entropy_by_output[A + k] = 1;
    }
  }
  return policy;
}

inline Vector observation(const Rollout& rollout, int row) {
  const float* from =
      rollout.observations.data() + static_cast<long>(row) * shape::observation_stride;
  return Vector(from, from + D);
}

// means over a minibatch, in the order of the kernels' sums, and the loss they make up
struct Losses {
  double means[6] = {};
  double total = 0;
  Vector gradient = Vector(P);
};

inline Losses losses_of(const Vector& p, const Rollout& rollout, const std::vector<int>& rows,
                        const Vector& advantages, const std::vector<float>& returns) {
  Losses losses;
  const double weight = 1.0 / rows.size();
  for (size_t i = 0; i < rows.size(); i++) {
    const int row = rows[i];
    const auto actor = forward(shape::actor, shape::actor_layers, p, observation(rollout, row));
    const auto critic = forward(shape::critic, shape::critic_layers, p, observation(rollout, row));
    const Policy policy = policy_of(actor.back(), p, rollout, row);
    const double log_ratio = policy.log_prob - rollout.log_probs[row];
    const double ratio = std::exp(log_ratio);
    const double a = advantages[i];
    const double cut = std::min(std::max(ratio, 1 - shape::clip_coef), 1 + shape::clip_coef);
    const double policy_loss = std::max(-a * ratio, -a * cut);
    const double by_log_prob = -a * ratio >= -a * cut ? -a * ratio : 0;

    const double value = critic.back()[0], old = rollout.values[row], target = returns[row];
    double value_loss = (value - target) * (value - target), by_value = value - target;
    if (shape::clip_vloss) {
      const double near = std::min(std::max(value, old - shape::clip_coef), old + shape::clip_coef);
      if ((near - target) * (near - target) > value_loss) {
        value_loss = (near - target) * (near - target);
        by_value = near == value ? value - target : 0;
      }
    }
    const double parts[6] = {
        policy_loss, value_loss / 2,        policy.entropy,
        log_ratio,   ratio - 1 - log_ratio, std::abs(ratio - 1) > shape::clip_coef ? 1.0 : 0.0};
    for (int s = 0; s < 6; s++) losses.means[s] += weight * parts[s];

    Vector d(OUTPUTS);
    for (int o = 0; o < OUTPUTS; o++) {
      d[o] = weight * (by_log_prob * policy.log_prob_by_output[o] -
                       shape::ent_coef * policy.entropy_by_output[o]);
    }
    backward(shape::actor, shape::actor_layers, p, actor, d, losses.gradient);
    backward(shape::critic, shape::critic_layers, p, critic, {weight * shape::vf_coef * by_value},
             losses.gradient);
    for (int k = 0; shape::head == shape::GAUSSIAN && k < A; k++) {
      losses.gradient[shape::log_std + k] +=
          weight * (by_log_prob * policy.log_prob_by_log_std[k] - shape::ent_coef);
    }
  }
  losses.total =
      losses.means[0] + shape::vf_coef * losses.means[1] - shape::ent_coef * losses.means[2];
  return losses;
}

//---------------------------------- advantages ----------------------------------------------------

// straight from the definition: the sum of discounted deltas up to the end of the episode
inline Vector advantages_of(const Rollout& rollout) {
  Vector advantages(ALL_ROWS);
  for (int n = 0; n < N; n++) {
    for (int t = 0; t < T; t++) {
      double factor = 1, sum = 0;
      for (int s = t; s < T; s++) {
        const int row = s * N + n;
        const bool ended =
            rollout.terminated[row] || rollout.truncated[row] || rollout.diverged[row];
        if (rollout.diverged[row]) {
          break;  // what follows is unknown
        }
        double next = rollout.values[row + N];
        if (rollout.terminated[row]) next = 0;
        if (rollout.truncated[row] && !rollout.terminated[row]) {
          next = shape::bootstrap_truncation ? rollout.truncated_values[row] : 0;
        }
        sum += factor * (rollout.rewards[row] + shape::gamma * next - rollout.values[row]);
        factor *= shape::gamma * shape::gae_lambda;
        if (ended) break;
      }
      advantages[t * N + n] = sum;
    }
  }
  return advantages;
}

// mean and one over the standard deviation
inline std::pair<double, double> moments_of(const std::vector<float>& values,
                                            const std::vector<int>& rows) {
  double mean = 0, variance = 0;
  for (int row : rows) mean += values[row] / static_cast<double>(rows.size());
  for (int row : rows)
    variance += std::pow(values[row] - mean, 2) / std::max<double>(1, rows.size() - 1.0);
  return {mean, 1 / (std::sqrt(variance) + 1e-8)};
}
