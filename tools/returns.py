#!/usr/bin/env python3
"""Trains a task over seeds and keeps the returns: one row of returns.json in a results folder.

Each seed is a run folder below --runs; finished ones are not repeated, and interrupted ones are resumed, so this can
be stopped at any time. The return is that of the last 100 training episodes, or with --eval N the mean of N episodes
played with the final checkpoint in a fresh process.

  tools/returns.py Hopper-v5 --preset cleanrl --seeds 20 --jobs 2 --out bench-results/RUN/returns.json
"""

import argparse
import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
REFERENCE = ROOT / "peers" / "reference-returns.json"


def stride(*words):
    """What a command of Stride prints as JSON."""
    done = subprocess.run([ROOT / "stride", *map(str, words), "--json"], capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"stride: {' '.join(map(str, words))} failed: {done.stderr.strip().splitlines()[-1]}")
    return json.loads(done.stdout)


def measure(args, seed):
    """Return and seconds of one seed."""
    run = args.runs / f"{args.task}-{args.preset}-{seed}"
    threads = ("--threads", args.threads)
    if (run / "result.json").exists():
        result = json.loads((run / "result.json").read_text())
    elif run.exists():
        result = stride("train", "--resume", run, *threads)
    else:
        result = stride("train", args.task, "--preset", args.preset, "--seed", seed, "--run-dir", run, *threads)
    reached = result["return_mean_last_100"]
    if args.eval:
        reached = stride("eval", run, "--episodes", args.eval)["return_mean"]
    print(f"{args.task}, {args.preset}, seed {seed}: {reached:.1f}", file=sys.stderr)
    return {"seed": seed, "return": round(reached, 1), "seconds": round(result["seconds"], 1)} | {
        "env_steps": result["env_steps"]
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("task")
    parser.add_argument("--preset", default="tuned")
    parser.add_argument("--seeds", type=int, default=20, help="1 to this number (default: 20)")
    parser.add_argument("--jobs", type=int, default=1, help="runs at once (default: 1)")
    parser.add_argument("--threads", type=int, default=1, help="of each run (default: 1)")
    parser.add_argument("--eval", type=int, default=0, metavar="N", help="judge by N episodes of the final policy")
    parser.add_argument("--runs", type=Path, default=ROOT / "runs" / "returns", metavar="DIR")
    parser.add_argument("--out", type=Path, required=True, metavar="FILE")
    args = parser.parse_args()
    args.runs.mkdir(parents=True, exist_ok=True)

    with ThreadPoolExecutor(args.jobs) as pool:
        seeds = list(pool.map(lambda seed: measure(args, seed), range(1, args.seeds + 1)))

    git = ["git", "-C", str(ROOT), "rev-parse", "HEAD"]
    row = {
        "task": args.task,
        "preset": args.preset,
        "judged_by": f"{args.eval} episodes of the final policy" if args.eval else "last 100 training episodes",
        "commit": subprocess.run(git, capture_output=True, text=True).stdout.strip(),
        "env_steps": seeds[0]["env_steps"],
        "seconds": [seed["seconds"] for seed in seeds],
        "returns": [seed["return"] for seed in seeds],
        "reference": json.loads(REFERENCE.read_text()).get(args.task, {}).get("returns", [])
        if args.preset == "cleanrl"
        else [],
    }
    rows = json.loads(args.out.read_text())["rows"] if args.out.exists() else []
    rows = [old for old in rows if (old["task"], old["preset"]) != (args.task, args.preset)] + [row]
    rows.sort(key=lambda one: (one["preset"], one["task"]))
    args.out.write_text(json.dumps({"schema_version": 1, "rows": rows}, indent=1) + "\n")


if __name__ == "__main__":
    main()
