"""Measures the peers and Stride in turn on this machine, prints tables and writes peers.json.

Every round measures each peer and Stride once, each in a process of its own, and the rounds repeat (A B A B), so that a
machine that slows down or gets busy does so for all. First come the environments alone, which the peers step under
random actions while Stride's rollout includes its policy network; then PPO end to end, then DQN, and last SAC and A2C,
each with the same hyper-parameters for all.
"""

import argparse
import json
import os
import platform
import subprocess
import sys
from datetime import datetime, timezone
from pathlib import Path

import compare_actor_critics
import compare_envs
import compare_training
import compare_values
from measuring import QUIET, ROOT, cores, progress
from ppo_program import MINIBATCHES

PARTS = {
    "env": compare_envs,
    "train": compare_training,
    "values": compare_values,
    "actor-critics": compare_actor_critics,
}


def machine():
    """The machine's processor, cores, memory and system."""
    described = Path("/proc/cpuinfo").read_text().split("\n\n")[0].splitlines()
    pairs = [line.split(":", 1) for line in described if ":" in line]
    first = {key.strip(): value.strip() for key, value in pairs}
    # clouds call different processors by one name
    numbers = {key: int(first[key]) if key in first else None for key in ("cpu family", "model", "stepping")}
    return {
        "cpu": first.get("model name", platform.machine()),
        "cpu_vendor": first.get("vendor_id"),
        "cpu_family": numbers["cpu family"],
        "cpu_model": numbers["model"],
        "cpu_stepping": numbers["stepping"],
        "cores": cores(),
        "memory_bytes": os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE"),
        "system": platform.platform(),
    }


def git(*words):
    """What git says about this checkout, or None: there may be no git, or no commit."""
    try:
        done = subprocess.run(["git", "-C", str(ROOT), *words], capture_output=True, text=True)
    except OSError:
        return None
    return done.stdout.strip() if done.returncode == 0 else None


def above_zero(kind):
    """An argparse type: an int or a float above zero."""

    def parse(text):
        value = kind(text)
        if value <= 0:
            raise argparse.ArgumentTypeError(f"{text} is not above zero")
        return value

    parse.__name__ = kind.__name__
    return parse


def slices(*contests):
    """An argparse type: as many slices as a run of each algorithm needs, or more."""
    fewest = max(contest.fewest_slices() for contest in contests)

    def parse(text):
        value = int(text)
        if value < fewest:
            raise argparse.ArgumentTypeError(f"{text} is less than {fewest}")
        return value

    parse.__name__ = "slices"
    return parse


def some(kind, example):
    """An argparse type: some of a kind with commas between, each of them once."""

    def parse(text):
        try:
            values = [kind(part) for part in text.split(",")]
        except ValueError:
            raise argparse.ArgumentTypeError(f"{text!r} is no list such as {example}") from None
        if len(set(values)) < len(values):
            raise argparse.ArgumentTypeError(f"{text} has the same twice")
        return values

    return parse


def size(text):
    """An argparse type: environments, and steps of each in a rollout."""
    envs, steps = map(above_zero(int), text.split("x"))
    if envs * steps % MINIBATCHES != 0:
        raise argparse.ArgumentTypeError(f"{text}: {envs * steps} rows do not part into {MINIBATCHES} minibatches")
    return envs, steps


def arguments():
    parser = argparse.ArgumentParser(
        prog="make peers",
        usage="make peers [ARGS='--only train --train-rounds 3 --out DIR ...']",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    whole, number, results = above_zero(int), above_zero(float), "build/peers-results"
    parser.add_argument(
        "--only",
        choices=PARTS,
        help="measure only the environments, only training by PPO, only value methods, or only other actor-critics",
    )
    parser.add_argument("--threads", type=whole, default=cores(), help="of EnvPool and Stride (default: all cores)")
    parser.add_argument("--out", type=Path, default=ROOT / results, metavar="DIR", help=f"default: {results}")

    envs = parser.add_argument_group("the environments alone")
    envs.add_argument("--tasks", nargs="+", default=["Hopper-v5", "HalfCheetah-v5"], metavar="TASK")
    envs.add_argument(
        "--envs",
        type=some(whole, "1,8,64,256"),
        default="64",
        metavar="N[,N...]",
        help="numbers of environments, as in 1,8,64,256; each takes as long as the first (default: 64)",
    )
    envs.add_argument("--rounds", type=whole, default=5, help="slices of each (default: 5)")
    envs.add_argument("--seconds", type=number, default=3.0, help="length of a peer's slice (default: 3)")
    envs.add_argument("--warmup", type=number, default=1.0, help="stepping before a slice (default: 1)")

    train = parser.add_argument_group("training")
    train.add_argument("--train-tasks", nargs="+", default=["Hopper-v5"], metavar="TASK")
    train.add_argument(
        "--train-sizes",
        type=some(size, "64x128,1x2048"),
        default="64x128,1x2048",
        metavar="NxT[,NxT...]",
        help="environments, and steps of each in a rollout (default: %(default)s)",
    )
    train.add_argument("--train-rounds", type=whole, default=3, help="runs of each (default: 3)")
    train.add_argument("--iterations", type=whole, default=15, help="of a peer's run (default: 15)")
    train.add_argument(
        "--stride-iterations", type=whole, default=60, help="of Stride's, which are shorter (default: 60)"
    )
    train.add_argument("--torch-threads", type=whole, help="of PyTorch and JAX (default: 1 or all, as a trial shows)")

    values = parser.add_argument_group("value methods, which are trained on CartPole-v1")
    values.add_argument("--value-rounds", type=whole, default=3, help="runs of each (default: 3)")
    count = slices(compare_values.DQN)
    values.add_argument(
        "--value-slices", type=count, default=40, metavar="N", help="of 500 env steps in a peer's run (default: 40)"
    )
    values.add_argument(
        "--value-stride-slices", type=count, default=100, metavar="N", help="of 5000 in Stride's (default: 100)"
    )

    others = parser.add_argument_group("other actor-critics: SAC, trained on Hopper-v5, and A2C, on CartPole-v1")
    others.add_argument("--actor-critic-rounds", type=whole, default=3, help="runs of each (default: 3)")
    others.add_argument(
        "--actor-critic-slices",
        type=slices(*compare_actor_critics.CONTESTS),
        default=40,
        metavar="N",
        help="of 50 env steps of SAC or 1600 of A2C in a peer's run, of 100 or 40000 in Stride's (default: 40)",
    )

    # what run.sh asks before it fetches anything: whether all is well, and which parts there will be
    parser.add_argument("--check", action="store_true", help=argparse.SUPPRESS)
    return parser.parse_args()


def main():
    args = arguments()
    parts = (args.only,) if args.only else tuple(PARTS)
    try:
        args.out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        sys.exit(f"stride: cannot write to {args.out}: {error.strerror}")
    if args.check:
        print(*parts)
        return
    # a copy within another repository has no commit of its own
    top = git("rev-parse", "--show-toplevel")
    commit = git("rev-parse", "--verify", "HEAD") if top and Path(top).samefile(ROOT) else None
    record = {
        "schema_version": 1,
        "started": datetime.now(timezone.utc).isoformat(timespec="seconds"),
        "machine": machine(),
        "python": platform.python_version(),
        "versions": {},
        "commit": commit,
        "dirty": commit and git("status", "--porcelain", "--untracked-files=no") != "",
        "settings": {"threads": None},
        "rows": [],
        "left_out": [],
        "train_left_out": [],
        "train_rows": [],
        "value_left_out": [],
        "value_rows": [],
        "actor_critic_left_out": [],
        "actor_critic_rows": [],
    }
    chosen = [module for part, module in PARTS.items() if part in parts]
    for module in chosen:
        module.extend(record, args)
    if sys.stderr.isatty():
        progress("")
    for module in chosen:
        module.print_table(record)
    rows = record["rows"] + record["train_rows"] + record["value_rows"] + record["actor_critic_rows"]
    others = max(cores for row in rows for cores in row["others_cores"])
    if others > QUIET * cores():
        print(f"Others kept up to {others} cores busy meanwhile: measure again on a quiet machine before citing this.")
    file = args.out / "peers.json"
    whole = file.with_suffix(".tmp")
    whole.write_text(json.dumps(record, indent=2) + "\n")
    whole.replace(file)
    print(f"All slices are in {file}")


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit("\nstride: interrupted, nothing was written")
