// The kernels of PPO with wide networks, in one program; each file says what its kernels compute and
// how to launch them.

#include "adam_step.cu"
#include "advantage_moments.cu"
#include "describe_launches.cu"
#include "explained_variance.cu"
#include "gae.cu"
#include "wide_gather.cu"
#include "wide_layers.cu"
#include "wide_loss.cu"
#include "wide_norm.cu"
#include "wide_policy.cu"
