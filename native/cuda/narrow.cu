// The gradient of networks that fit into a block's shared memory, in one program.

#include "minibatch_gradient.cu"
#include "reduce_gradients.cu"
