"""What the programs of SBX have in common: JAX on the CPU, with as many threads as asked for."""

import os
from importlib import metadata

ONE_THREAD = "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"


def prepare(threads):
    """To be called before JAX is imported, which reads its environment then."""
    os.environ["JAX_PLATFORMS"] = "cpu"
    if threads == 1:
        os.environ["XLA_FLAGS"] = ONE_THREAD
    import torch

    torch.set_num_threads(threads)


def versions():
    names = ("sbx-rl", "jax", "flax", "stable-baselines3", "torch", "gymnasium")
    return {name: metadata.version(name) for name in names}
