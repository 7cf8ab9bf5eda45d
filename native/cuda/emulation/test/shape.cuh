// Stands in for the shape that Java generates: the same names, from macros, so that one test serves
// many shapes.

#pragma once

namespace shape {

struct Layer {
  int inputs, input_stride, outputs, output_stride, weights, bias, activation;
};
enum Head { GAUSSIAN = 0, STATE_GAUSSIAN = 1, CATEGORICAL = 2 };
enum Activation { NONE = 0, TANH = 1, RELU = 2 };
enum Normalization { NORM_NONE = 0, NORM_MINIBATCH = 1, NORM_BATCH = 2 };

#ifndef TEST_SHAPE
#error name one of the shapes below by -DTEST_SHAPE
#endif
#define HOPPER 1
#define CARTPOLE 2
#define STATE_STD 3
#define ONE_LAYER 4
#define LINEAR 5
#define HOPPER_TF32X3 6
#define UNEVEN_TF32X3 7
#define HOPPER_UPDATE 8

#if TEST_SHAPE == HOPPER || TEST_SHAPE == HOPPER_TF32X3
constexpr int num_steps = 16, num_envs = 20, num_minibatches = 4, update_epochs = 3;
constexpr int observations = 11, actions = 3, head = GAUSSIAN, hidden_activation = TANH;
constexpr int actor_sizes[] = {64, 64, 3}, critic_sizes[] = {64, 64, 1};
constexpr int norm_adv = NORM_MINIBATCH, chunk_rows = 16;
constexpr int cluster_blocks = 4, cluster_chunks = 2;
constexpr double ent_coef = 0.01, target_kl = -1;
constexpr bool clip_vloss = true, bootstrap_truncation = true;
#elif TEST_SHAPE == CARTPOLE
constexpr int num_steps = 32, num_envs = 9, num_minibatches = 3, update_epochs = 4;
constexpr int observations = 4, actions = 2, head = CATEGORICAL, hidden_activation = TANH;
constexpr int actor_sizes[] = {64, 64, 2}, critic_sizes[] = {64, 64, 1};
constexpr int norm_adv = NORM_BATCH, chunk_rows = 32;
constexpr int cluster_blocks = 2, cluster_chunks = 1;
constexpr double ent_coef = 0.02, target_kl = 0.003;
constexpr bool clip_vloss = false, bootstrap_truncation = false;
#elif TEST_SHAPE == STATE_STD
constexpr int num_steps = 10, num_envs = 33, num_minibatches = 3, update_epochs = 2;
constexpr int observations = 17, actions = 8, head = STATE_GAUSSIAN, hidden_activation = RELU;
constexpr int actor_sizes[] = {32, 48, 16}, critic_sizes[] = {24, 1};
constexpr int norm_adv = NORM_MINIBATCH, chunk_rows = 64;
constexpr int cluster_blocks = 2, cluster_chunks = 1;
constexpr double ent_coef = 0.005, target_kl = -1;
constexpr bool clip_vloss = true, bootstrap_truncation = true;
#elif TEST_SHAPE == ONE_LAYER
constexpr int num_steps = 7, num_envs = 15, num_minibatches = 5, update_epochs = 3;
constexpr int observations = 6, actions = 5, head = CATEGORICAL, hidden_activation = TANH;
constexpr int actor_sizes[] = {128, 5}, critic_sizes[] = {20, 128, 7, 1};
constexpr int norm_adv = NORM_NONE, chunk_rows = 8;
constexpr int cluster_blocks = 1, cluster_chunks = 4;
constexpr double ent_coef = 0, target_kl = -1;
constexpr bool clip_vloss = true, bootstrap_truncation = true;
#elif TEST_SHAPE == HOPPER_UPDATE  // of 8,192 rows, in the chunks that -D names
constexpr int num_steps = 128, num_envs = 64, num_minibatches = 32, update_epochs = 10;
constexpr int observations = 11, actions = 3, head = GAUSSIAN, hidden_activation = TANH;
constexpr int actor_sizes[] = {64, 64, 3}, critic_sizes[] = {64, 64, 1};
constexpr int norm_adv = NORM_MINIBATCH, chunk_rows = TEST_CHUNK_ROWS;
constexpr int cluster_blocks = 16, cluster_chunks = TEST_CLUSTER_CHUNKS;
constexpr double ent_coef = 0, target_kl = -1;
constexpr bool clip_vloss = true, bootstrap_truncation = true;
#elif TEST_SHAPE == UNEVEN_TF32X3  // edges in all tiles, and a block of two of them
constexpr int num_steps = 14, num_envs = 21, num_minibatches = 2, update_epochs = 2;
constexpr int observations = 29, actions = 18, head = GAUSSIAN, hidden_activation = RELU;
constexpr int actor_sizes[] = {21, 70, 18}, critic_sizes[] = {128, 9, 1};
constexpr int norm_adv = NORM_MINIBATCH, chunk_rows = 32;
constexpr int cluster_blocks = 2, cluster_chunks = 4;
constexpr double ent_coef = 0, target_kl = -1;
constexpr bool clip_vloss = true, bootstrap_truncation = true;
#else  // LINEAR: no hidden layer, and an action wider than a block of 16
constexpr int num_steps = 9, num_envs = 10, num_minibatches = 2, update_epochs = 2;
constexpr int observations = 3, actions = 18, head = GAUSSIAN, hidden_activation = TANH;
constexpr int actor_sizes[] = {18}, critic_sizes[] = {1};
constexpr int norm_adv = NORM_MINIBATCH, chunk_rows = 16;
constexpr int cluster_blocks = 2, cluster_chunks = 2;
constexpr double ent_coef = 0, target_kl = -1;
constexpr bool clip_vloss = true, bootstrap_truncation = true;
#endif

constexpr bool tf32x3 = TEST_SHAPE == HOPPER_TF32X3 || TEST_SHAPE == UNEVEN_TF32X3;
constexpr double gamma = 0.99, gae_lambda = 0.95, clip_coef = 0.2, vf_coef = 0.5;
constexpr double max_grad_norm = 0.5, adam_beta1 = 0.9, adam_beta2 = 0.999, adam_eps = 1e-5;

constexpr int padded(int n, int multiple) { return (n + multiple - 1) / multiple * multiple; }

constexpr int observation_stride = padded(observations, 4);
constexpr int actor_layers = sizeof(actor_sizes) / sizeof(int);
constexpr int critic_layers = sizeof(critic_sizes) / sizeof(int);
constexpr int actor_outputs = actor_sizes[actor_layers - 1];

template <int N>
struct Layers {
  Layer layers[N];
  int end;
  constexpr const Layer& operator[](int i) const { return layers[i]; }
};

// as stride.nn.MlpLayout lays it out
template <int N>
constexpr Layers<N> laid_out(const int (&sizes)[N], int start) {
  Layers<N> made = {};
  int inputs = observations, input_stride = observation_stride, at = start;
  for (int i = 0; i < N; i++) {
    const int stride = padded(sizes[i], 16);
    const int bias = at + inputs * stride;
    made.layers[i] = {
        inputs, input_stride, sizes[i], stride, at, bias, i + 1 < N ? hidden_activation : NONE};
    at = bias + stride;
    inputs = sizes[i];
    input_stride = stride;
  }
  made.end = at;
  return made;
}

__device__ constexpr Layers<actor_layers> actor = laid_out(actor_sizes, 0);
__device__ constexpr Layers<critic_layers> critic = laid_out(critic_sizes, actor.end);
constexpr int log_std = head == GAUSSIAN ? critic.end : -1;
constexpr int parameters = critic.end + (head == GAUSSIAN ? padded(actions, 16) : 0);

}  // namespace shape
