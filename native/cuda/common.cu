// The kernels that every update takes, whatever its networks, in one program.

#include "adam_step.cu"
#include "advantage_moments.cu"
#include "describe_launches.cu"
#include "explained_variance.cu"
#include "gae.cu"
