"""Measures how many env steps per second one peer reaches: a vector of environments under random actions, no policy.

The actions are standard normal, clipped to the action space and made beforehand. A step is an env step: one action of
one environment, never multiplied by the frame skip. Both peers reset an environment that ended in place of its next
step; that reset is timed, but does not count as a step. Prints one JSON line.

  python env_only.py --peer envpool-sync --task Hopper-v5 --envs 64 --threads 2
"""

import argparse
import ctypes
import itertools
import json
import time
from importlib import metadata

import numpy as np

ACTION_BATCHES = 256  # enough that no environment sees a rhythm, small enough to stay in the cache


def random_actions(space, batch, seed):
    """Endless cycle of precomputed action batches, in the space's own type."""
    noise = np.random.default_rng(seed).standard_normal((ACTION_BATCHES, batch, *space.shape))
    return itertools.cycle(np.clip(noise, space.low, space.high).astype(space.dtype))


class GymnasiumSync:
    """Gymnasium's SyncVectorEnv: all environments one after the other, on one thread."""

    def __init__(self, task, envs, threads, seed):
        import gymnasium

        self.threads, self.batch = 1, envs
        self.vector = gymnasium.make_vec(task, envs, vectorization_mode="sync", disable_env_checker=True)
        self.actions = random_actions(self.vector.single_action_space, envs, seed)
        self.vector.reset(seed=seed)

    def advance(self):
        """One batch of steps; returns how many episodes ended in it."""
        _, _, terminated, truncated, _ = self.vector.step(next(self.actions))
        return np.count_nonzero(terminated | truncated)

    @staticmethod
    def versions():
        return {name: metadata.version(name) for name in ("gymnasium", "mujoco", "numpy")}


class EnvPool:
    """What EnvPool's two modes share: its C++ thread pool, stepping `batch` environments per call."""

    def __init__(self, task, envs, threads, seed, batch):
        import envpool

        self.threads, self.batch = threads, batch
        self.pool = envpool.make(
            task, env_type="gymnasium", num_envs=envs, batch_size=batch, num_threads=threads, seed=seed
        )
        self.actions = random_actions(self.pool.action_space, batch, seed)

    @staticmethod
    def versions():
        from envpool.mujoco import mujoco_gym_envpool

        mujoco = ctypes.CDLL(mujoco_gym_envpool.__file__)
        mujoco.mj_versionString.restype = ctypes.c_char_p
        return {
            "envpool": metadata.version("envpool"),
            "envpool_mujoco": mujoco.mj_versionString().decode(),
            "numpy": metadata.version("numpy"),
        }


class EnvPoolSync(EnvPool):
    """EnvPool waiting for all environments at every step."""

    def __init__(self, task, envs, threads, seed):
        super().__init__(task, envs, threads, seed, batch=envs)
        self.pool.reset()

    def advance(self):
        """One batch of steps; returns how many episodes ended in it."""
        _, _, terminated, truncated, _ = self.pool.step(next(self.actions))
        return np.count_nonzero(terminated | truncated)


class EnvPoolAsync(EnvPool):
    """EnvPool serving whichever environments are ready: 8/3 as many as a batch holds, its authors advise 2.5 to 3."""

    def __init__(self, task, envs, threads, seed):
        super().__init__(task, envs, threads, seed, batch=max(1, envs * 3 // 8))
        self.pool.async_reset()

    def advance(self):
        """One batch of steps; returns how many episodes ended in it."""
        _, _, terminated, truncated, info = self.pool.recv()
        self.pool.send(next(self.actions), info["env_id"])
        return np.count_nonzero(terminated | truncated)


PEERS = {"gymnasium-sync": GymnasiumSync, "envpool-sync": EnvPoolSync, "envpool-async": EnvPoolAsync}


def timed_slice(peer, seconds):
    """Steps the peer for some seconds; returns env steps per second and how many cores the process kept busy."""
    rows = ended = 0
    cpu_start, start = time.process_time(), time.perf_counter()
    while time.perf_counter() - start < seconds:
        ended += peer.advance()
        rows += peer.batch
    wall, cpu = time.perf_counter() - start, time.process_time() - cpu_start
    # every episode that ends turns one later row into a reset
    return (rows - ended) / wall, cpu / wall


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--peer", choices=PEERS, required=True)
    parser.add_argument("--task", default="Hopper-v5")
    parser.add_argument("--envs", type=int, default=64)
    parser.add_argument("--threads", type=int, required=True, help="for EnvPool; Gymnasium's sync vector has one")
    parser.add_argument("--seconds", type=float, default=3.0, help="length of the timed slice")
    parser.add_argument("--warmup", type=float, default=1.0, help="seconds of stepping before it")
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()

    peer = PEERS[args.peer](args.task, args.envs, args.threads, args.seed)
    timed_slice(peer, args.warmup)
    steps_per_second, cores_used = timed_slice(peer, args.seconds)
    print(
        json.dumps(
            {
                "peer": args.peer,
                "task": args.task,
                "envs": args.envs,
                "threads": peer.threads,
                "batch": peer.batch,
                "env_steps_per_second": round(steps_per_second),
                "cores_used": round(cores_used, 2),
                "versions": peer.versions(),
            }
        )
    )


if __name__ == "__main__":
    main()
