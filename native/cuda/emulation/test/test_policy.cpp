// Runs the kernels of a policy step, and those of wide networks, in the emulation: see
// test_kernels.cpp. Wide kernels do not ask how wide a network is, so they are tested on the same
// shapes, and held against what the others give.

#include "device.h"

constexpr unsigned long long SEED = 0x123456789ABCDEFull;
constexpr long long STEP = (5ll << 32) + 77;
constexpr int PURPOSE = 2, FIRST_ENV = 3, ENVS = 37;

//---------------------------------- random numbers ------------------------------------------------

// the cipher by 64-bit products
static std::vector<unsigned> philox_words(std::vector<unsigned> c, unsigned long long key) {
  uint64_t k0 = key & 0xFFFFFFFF, k1 = key >> 32;
  for (int round = 0; round < 10; round++) {
    const uint64_t p0 = 0xD2511F53ull * c[0], p1 = 0xCD9E8D57ull * c[2];
    c = {static_cast<unsigned>((p1 >> 32) ^ c[1] ^ k0), static_cast<unsigned>(p1),
         static_cast<unsigned>((p0 >> 32) ^ c[3] ^ k1), static_cast<unsigned>(p0)};
    k0 = (k0 + 0x9E3779B9) & 0xFFFFFFFF;
    k1 = (k1 + 0xBB67AE85) & 0xFFFFFFFF;
  }
  return c;
}

static std::vector<unsigned> words(int env, int block) {
  return philox_words(
      {static_cast<unsigned>(env), static_cast<unsigned>(STEP), static_cast<unsigned>(STEP >> 32),
       static_cast<unsigned>(PURPOSE << 24 | block)},
      SEED);
}

static double expected_normal(int env, int k) {
  const std::vector<unsigned> w = words(env, k / 4);
  const unsigned radius_word = w[k % 4 / 2 * 2], angle_word = w[k % 4 / 2 * 2 + 1];
  const float u = (static_cast<float>(radius_word >> 1) + 0.5f) * 0x1p-31f;
  const double angle = 2 * M_PI * ((static_cast<int>(angle_word) >> 8) * 0x1p-24);
  return std::sqrt(-2 * std::log(static_cast<double>(u))) *
         (k % 2 == 0 ? std::cos(angle) : std::sin(angle));
}

// known answers of the Random123 distribution
static void test_philox() {
  const uint4 zeros = philox(make_uint4(0, 0, 0, 0), 0);
  check(zeros.x == 0x6627e8d5 && zeros.y == 0xe169c58d && zeros.z == 0xbc57ac4c &&
            zeros.w == 0x9b00dbd8,
        "philox of zeros");
  const uint4 ones = philox(make_uint4(~0u, ~0u, ~0u, ~0u), ~0ull);
  check(
      ones.x == 0x408f276d && ones.y == 0x41c83b0e && ones.z == 0xa20bc7c6 && ones.w == 0x6d5451fd,
      "philox of ones");
  const uint4 pi =
      philox(make_uint4(0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344), 0x299f31d0a4093822ull);
  check(pi.x == 0xd16cfe09 && pi.y == 0x94fdcceb && pi.z == 0x5001e420 && pi.w == 0x24126ea1,
        "philox of pi");
}

//---------------------------------- a policy step -------------------------------------------------

struct Step {
  std::vector<float> raw = std::vector<float>(ENVS * shape::observation_stride), observations = raw;
  std::vector<float> mean = std::vector<float>(shape::observation_stride), inverse_std = mean;
  std::vector<double> sums = std::vector<double>((FIRST_ENV + ENVS) * 2 * D, 1.0);
  std::vector<float> parameters;
  std::vector<float> actions = std::vector<float>(ENVS * A, NAN),
                     log_probs = std::vector<float>(ENVS, NAN);
  std::vector<int> choices = std::vector<int>(ENVS, -1);
  std::vector<float> values = log_probs;

  PolicyFrame frame() {
    PolicyFrame f;
    f.raw = raw.data();
    f.observations = observations.data();
    f.mean = mean.data();
    f.inverse_std = inverse_std.data();
    f.sums = sums.data();
    f.parameters = parameters.data();
    f.actions =
        shape::head == shape::CATEGORICAL ? static_cast<void*>(choices.data()) : actions.data();
    f.log_probs = log_probs.data();
    f.values = values.data();
    f.seed = SEED;
    return f;
  }
};

static Step made_up_step(const Device& device) {
  Step step;
  step.parameters = device.parameters;
  for (int k = 0; k < D; k++) {
    step.mean[k] = normal();
    step.inverse_std[k] = 0.5 + uniform();
    for (int r = 0; r < ENVS; r++) step.raw[r * shape::observation_stride + k] = 2 * normal();
  }
  step.raw[0] = 1e6f;  // to be clipped
  return step;
}

static void launch_step(Step& step, int purpose) {
  launch(policy_step, (ENVS + BLOCK_ROWS - 1) / BLOCK_ROWS, THREADS, SHARED_BYTES, step.frame(), FIRST_ENV,
         ENVS, STEP, purpose);
}

// what the networks make of a row of normalised observations
static std::pair<Vector, double> outputs_of(const Step& step, int r) {
  const Vector p(step.parameters.begin(), step.parameters.end());
  Vector x(D);
  for (int k = 0; k < D; k++) x[k] = step.observations[r * shape::observation_stride + k];
  return {forward(shape::actor, shape::actor_layers, p, x).back(),
          forward(shape::critic, shape::critic_layers, p, x).back()[0]};
}

static void test_observations(const Step& step) {
  Vector expected, sums((FIRST_ENV + ENVS) * 2 * D, 1.0);
  for (int r = 0; r < ENVS; r++) {
    for (int k = 0; k < shape::observation_stride; k++) {
      const double d =
          static_cast<double>(step.raw[r * shape::observation_stride + k]) - step.mean[k];
      expected.push_back(std::min(std::max(d * step.inverse_std[k], -10.0), 10.0));
      if (k >= D) continue;
      sums[(FIRST_ENV + r) * 2 * D + k] += d;
      sums[(FIRST_ENV + r) * 2 * D + D + k] += d * d;
    }
  }
  compare("policy_step observations", step.observations, expected, expected.size(), 1e-7);
  compare("policy_step statistics", step.sums, sums, sums.size(), 1e-15);
}

// actions of each row by inversion or from its normals, with what it says of them
static void test_actions(const Step& step, bool mode) {
  Vector actions, log_probs, values;
  for (int r = 0; r < ENVS; r++) {
    const auto [out, value] = outputs_of(step, r);
    values.push_back(value);
    double log_prob = 0;
    if (shape::head == shape::CATEGORICAL) {
      double sum = 0, below = 0, best = out[0];
      for (double logit : out) sum += std::exp(logit), best = std::max(best, logit);
      const double u = (words(FIRST_ENV + r, 0)[0] >> 8) * 0x1p-24;
      int choice = 0;
      for (; choice < A - 1; choice++) {
        below += std::exp(out[choice]) / sum;
        if (mode ? out[choice] == best : below > u) break;
      }
      actions.push_back(choice);
      log_prob = out[choice] - std::log(sum);
    }
    for (int k = 0; shape::head != shape::CATEGORICAL && k < A; k++) {
      const double log_std =
          shape::head == shape::GAUSSIAN ? step.parameters[shape::log_std + k] : out[A + k];
      const double noise = mode ? 0 : expected_normal(FIRST_ENV + r, k);
      actions.push_back(out[k] + std::exp(log_std) * noise);
      log_prob -= noise * noise / 2 + log_std + std::log(2 * M_PI) / 2;
    }
    log_probs.push_back(log_prob);
  }
  if (shape::head == shape::CATEGORICAL) {
    compare("policy_step choices", step.choices, actions, actions.size(), 0);
  } else {
    compare("policy_step actions", step.actions, actions, actions.size(), 2e-6);
  }
  compare("policy_step log-probabilities", step.log_probs, log_probs, ENVS, 2e-6);
  compare("policy_step values", step.values, values, ENVS, 2e-6);
}

static void test_step(const Device& device) {
  Step step = made_up_step(device);
  launch_step(step, PURPOSE);
  test_observations(step);
  test_actions(step, false);
  Step best = step;
  launch_step(best, MODE);
  test_actions(best, true);
  // again, on observations that are normalised: values alone
  Step values = step;
  values.values.assign(ENVS, NAN);
  PolicyFrame frame = values.frame();
  frame.raw = frame.observations;
  frame.mean = nullptr;
  frame.sums = nullptr;
  frame.actions = nullptr;
  launch(policy_step, (ENVS + BLOCK_ROWS - 1) / BLOCK_ROWS, THREADS, SHARED_BYTES, frame, FIRST_ENV, ENVS,
         STEP, PURPOSE);
  check(values.values == step.values, "the critic alone gives the same values");
  check(values.observations == step.observations, "observations stay as they are");
}

//---------------------------------- wide networks -------------------------------------------------

using Floats = std::vector<float>;

static int blocks(long elements) { return static_cast<int>((elements + THREADS - 1) / THREADS); }

// stands in for cuBLAS: c [m, n] = a [m, k] b [k, n], row-major, by strides
static void product(int m, int n, int k, const float* a, int ai, int ak, const float* b, int bk,
                    int bj, float* c, int ci) {
  for (int i = 0; i < m; i++) {
    for (int j = 0; j < n; j++) {
      double sum = 0;
      for (int l = 0; l < k; l++)
        sum += static_cast<double>(a[i * ai + l * ak]) * b[l * bk + j * bj];
      c[i * ci + j] = sum;
    }
  }
}

// of each layer, behind x; biases of the last are left to the loss and to the sampling
template <class Net>
static std::vector<Floats> wide_forward(const Net& net, int layers, const Floats& p,
                                        const Floats& x, int rows) {
  std::vector<Floats> outputs = {x};
  for (int l = 0; l < layers; l++) {
    const shape::Layer layer = net[l];
    Floats y(static_cast<size_t>(rows) * layer.output_stride);
    product(rows, layer.output_stride, layer.inputs, outputs[l].data(), layer.input_stride, 1,
            &p[layer.weights], layer.output_stride, 1, y.data(), layer.output_stride);
    if (l + 1 < layers) {
      launch(wide_bias_activation, blocks(y.size() / 4), THREADS, 0, y.data(), &p[layer.bias], 0,
             rows, layer.output_stride, layer.activation);
    }
    outputs.push_back(y);
  }
  return outputs;
}

template <class Net>
static void wide_backward(const Net& net, int layers, int column, Device& device,
                          const std::vector<Floats>& outputs, Floats d) {
  const int rows = LARGEST_MINIBATCH;
  for (int l = 0; l + 1 < layers; l++) column += net[l].output_stride;
  for (int l = layers - 1; l >= 0; l--) {
    const shape::Layer layer = net[l];
    const int stride = layer.output_stride;
    if (l + 1 < layers) {
      column -= stride;
      launch(wide_activation_backward,
             dim3(MAX_CHUNKS, (stride + TILE_COLUMNS - 1) / TILE_COLUMNS), THREADS, 0,
             static_cast<const float*>(outputs[l + 1].data()), d.data(), stride, layer.activation,
             &device.partials[column], 0);
    }
    product(layer.inputs, stride, rows, outputs[l].data(), 1, layer.input_stride, d.data(), stride,
            1, &device.gradients[layer.weights], stride);
    Floats before(static_cast<size_t>(rows) * layer.input_stride);
    product(rows, layer.inputs, stride, d.data(), stride, 1, &device.parameters[layer.weights], 1,
            stride, before.data(), layer.input_stride);
    d = before;
  }
}

static void wide_minibatch(Device& device, int number, Floats& x) {
  if (number == 0) {
    launch(wide_gather, blocks(x.size() / 4), THREADS, 0, device.frame(), x.data());
  }
  const int rows = LARGEST_MINIBATCH;
  auto actor = wide_forward(shape::actor, shape::actor_layers, device.parameters, x, rows);
  auto critic = wide_forward(shape::critic, shape::critic_layers, device.parameters, x, rows);
  Floats d_actor(actor.back().size(), NAN), d_critic(critic.back().size(), NAN);
  launch(wide_loss, MAX_CHUNKS, WIDE_LOSS_THREADS, 0, device.frame(), number,
         actor.back().data(), critic.back().data(), d_actor.data(), d_critic.data());
  wide_backward(shape::actor, shape::actor_layers, 0, device, actor, d_actor);
  wide_backward(shape::critic, shape::critic_layers, bias_column<CRITIC>(0), device, critic,
                d_critic);
  launch(wide_norm, 2, THREADS, 0, device.frame(), number, x.data());
}

// two networks of one launch give what two launches give
static void test_wide_together() {
  const int stride = 80, rows = LARGEST_MINIBATCH, step = 96;
  const int tiles = (stride + TILE_COLUMNS - 1) / TILE_COLUMNS;
  const size_t each = static_cast<size_t>(rows) * stride;
  Floats y(2 * each), d(2 * each), bias(step + stride);
  for (size_t i = 0; i < y.size(); i++) {
    y[i] = std::sin(0.37f * i);
    d[i] = std::cos(0.11f * i);
  }
  for (size_t i = 0; i < bias.size(); i++) bias[i] = 0.01f * i;
  Floats both = y, both_d = d;
  Floats sums(MAX_CHUNKS * SUMMED + step + stride, NAN), both_sums = sums;
  for (int n = 0; n < 2; n++) {
    launch(wide_bias_activation, 2, THREADS, 0, &y[n * each],
           static_cast<const float*>(&bias[n * step]), 0, rows, stride,
           static_cast<int>(shape::RELU));
    launch(wide_activation_backward, dim3(MAX_CHUNKS, tiles), THREADS, 0,
           static_cast<const float*>(&y[n * each]), &d[n * each], stride,
           static_cast<int>(shape::TANH), &sums[n * step], 0);
  }
  launch(wide_bias_activation, dim3(2, 2), THREADS, 0, both.data(),
         static_cast<const float*>(bias.data()), step, rows, stride,
         static_cast<int>(shape::RELU));
  launch(wide_activation_backward, dim3(MAX_CHUNKS, tiles, 2), THREADS, 0,
         static_cast<const float*>(both.data()), both_d.data(), stride,
         static_cast<int>(shape::TANH), both_sums.data(), step);
  check(both == y && both_d == d, "two networks at once give what each gives");
  check(std::memcmp(both_sums.data(), sums.data(), sums.size() * sizeof(float)) == 0,
        "and the same sums");
  for (int column : {0, stride - 1}) {
    double sum = 0;
    for (int r = 0; r < std::min(CHUNK, rows); r++) sum += d[each + r * stride + column];
    check(std::abs(sums[step + column] - sum) < 1e-4, "sums are those of the chunk's rows");
  }
}

static void test_wide_update(const Device& start) {
  Device narrow = start, wide = start;
  Floats x(static_cast<size_t>(LARGEST_MINIBATCH) * shape::observation_stride, NAN);
  launch(advantage_moments, 2, THREADS, 0, narrow.frame());
  launch(advantage_moments, 2, THREADS, 0, wide.frame());
  for (int number : {0, 1}) {
    launch_minibatch(narrow, number, 2);
    wide_minibatch(wide, number, x);
    compare("wide gradient", wide.gradients, narrow.gradients, P, 5e-6);
    compare("wide losses", &wide.diagnostics[number * SUMS_LENGTH],
            &narrow.diagnostics[number * SUMS_LENGTH], SUMS, 1e-6);
    launch(adam_step, 2, THREADS, 0, narrow.frame(), number);
    launch(adam_step, 2, THREADS, 0, wide.frame(), number);
    const size_t norm = number * SUMS_LENGTH + NORM;
    compare("wide norm", &wide.diagnostics[norm], &narrow.diagnostics[norm], 1, 1e-6);
    compare("wide parameters", wide.parameters, narrow.parameters, P,
            1e-4);  // Adam's quotient of small numbers
  }
}

static void test_wide_step(const Device& device) {
  Step narrow = made_up_step(device);
  Step wide = narrow;
  launch_step(narrow, PURPOSE);
  launch(wide_observe, 2, THREADS, 0, wide.frame(), FIRST_ENV, ENVS);
  check(wide.observations == narrow.observations && wide.sums == narrow.sums,
        "wide_observe is as policy_step");
  auto actor =
      wide_forward(shape::actor, shape::actor_layers, wide.parameters, wide.observations, ENVS);
  auto critic =
      wide_forward(shape::critic, shape::critic_layers, wide.parameters, wide.observations, ENVS);
  launch(wide_sample, 1, THREADS, 0, wide.frame(), FIRST_ENV, ENVS, STEP, PURPOSE,
         actor.back().data(), critic.back().data());
  test_actions(wide, false);
}

static void test_description() {
  int sizes[16];
  launch(describe_launches, 1, 1, 0, &sizes[0]);
  check(sizes[1] == SHARED_BYTES && sizes[8] == 25 * 8 && sizes[9] == 16 + 8 * MINIBATCHES &&
            sizes[10] == 24 && sizes[11] == 80,
        "sizes of what the host fills in");
}

int main() {
  std::printf("shape %d, policy and wide kernels\n", TEST_SHAPE);
  const Device device = made_up(0.03, 1e-3);
  test_philox();
  test_step(device);
  test_wide_update(device);
  test_wide_together();
  test_wide_step(device);
  test_description();
  std::printf(failures ? "%d failures\n" : "passed\n", failures);
  return failures > 0;
}
