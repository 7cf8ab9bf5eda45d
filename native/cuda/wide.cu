// What updates and policies of wide networks need beside products of matrices, in one program.

#include "wide_gather.cu"
#include "wide_layers.cu"
#include "wide_loss.cu"
#include "wide_norm.cu"
#include "wide_policy.cu"
