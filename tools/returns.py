#!/usr/bin/env python3
"""Trains a preset over seeds and keeps the returns: one row of returns.json in a results folder.

The trainings are trials of `stride verify`, of the code that was built: finished ones are not repeated and interrupted
ones go on, so this can be stopped at any time, and takes what `make verify` has trained. The return is that of 100
episodes of the final checkpoint in a fresh process, its actions drawn as in training, or with --deterministic the most
likely ones, or with --best the most likely ones by the best parameters that evaluations in training found; or with
--last-100 that of the last 100 training episodes, which is what CleanRL publishes and peers/reference-returns.json has.

  tools/returns.py Hopper-v5 --preset cleanrl --last-100 --seeds 20 --out bench-results/RUN/returns.json
  tools/returns.py CartPole-v1 --algo dqn --best --out bench-results/RUN/returns.json
  tools/returns.py HalfCheetah-v5 --algo sac --total-timesteps 300000 --seeds 3 --out bench-results/RUN/returns.json
  tools/returns.py HalfCheetah-v5 --algo sac --total-timesteps 300000 --seeds 5 --more --out bench-results/RUN/returns.json
"""

import argparse
import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
REFERENCE = ROOT / "peers" / "reference-returns.json"


def train(args, first):
    """What became of each seed: one trial.json each. A preset is compared with itself, so that each is trained once."""
    arm = f"preset={args.preset}" + (f",total_timesteps={args.total_timesteps}" if args.total_timesteps else "")
    command = [ROOT / "stride", "verify", args.task, "--algo", args.algo, "--reference", arm, "--candidate", arm]
    command += ["--seeds", f"{first}..{args.seeds}", "--threads", str(args.threads), "--trials", args.trials, "--json"]
    if args.jobs:
        command += ["--jobs", str(args.jobs)]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True)
    if done.returncode != 0:
        sys.exit(done.returncode)
    key = json.loads(done.stdout)["reference_key"]
    (folder,) = (args.trials / args.task.replace("/", "-")).glob(f"*__{key}")
    return [folder / f"seed-{seed}" for seed in range(first, args.seeds + 1)]


def reached(args, folder, trial):
    if args.last_100 or trial["evaluation"] is None:  # a seed that failed counts by its last episodes
        return trial["return_mean_last_100"]
    if args.deterministic or args.best:
        command = [ROOT / "stride", "eval", folder, "--episodes", "100", "--deterministic", "--json"]
        command += ["--best"] if args.best else []
        done = subprocess.run(command, stdout=subprocess.PIPE, text=True)
        if done.returncode != 0:
            sys.exit(done.returncode)
        return json.loads(done.stdout)["return_mean"]
    return trial["evaluation"]["return_mean"]


def judged_by(args):
    if args.last_100:
        return "last 100 training episodes"
    which = "best evaluated" if args.best else "final"
    return f"100 episodes of the {which} policy" + (", most likely actions" if args.best or args.deterministic else "")


def preset(args):
    return args.preset if args.algo == "ppo" else f"{args.algo} {args.preset}"


def earlier(args, rows):
    """The row of the same trainings, of fewer seeds. A run ends with a whole iteration, before or at its env steps."""
    if not args.total_timesteps:
        sys.exit("--more needs --total-timesteps, by which it finds the row")
    same = {"task": args.task, "preset": preset(args), "judged_by": judged_by(args)}
    found = [row for row in rows if all(row[k] == v for k, v in same.items())]
    found = [row for row in found if row["env_steps"] <= args.total_timesteps]
    if not found:
        sys.exit(f"{args.out} has no seeds of it")
    return max(found, key=lambda row: row["env_steps"])


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("task")
    parser.add_argument("--algo", default="ppo", help="what learns (default: ppo)")
    parser.add_argument("--preset", default="tuned")
    parser.add_argument("--total-timesteps", type=int, metavar="N", help="env steps (default: the preset's)")
    parser.add_argument("--seeds", type=int, default=20, help="1 to this number (default: 20)")
    parser.add_argument("--jobs", type=int, help="trainings at once (default: as stride verify)")
    parser.add_argument("--threads", type=int, default=1, help="of each training (default: 1)")
    by = parser.add_mutually_exclusive_group()
    by.add_argument("--last-100", action="store_true", help="judge by the last 100 training episodes")
    by.add_argument("--deterministic", action="store_true", help="play the most likely action, draw none")
    by.add_argument("--best", action="store_true", help="the same with the best parameters of evaluations in training")
    parser.add_argument("--more", action="store_true", help="keep the first seeds that FILE has; for code that gives the same bits")
    parser.add_argument("--trials", type=Path, default=ROOT / "runs" / "trials", metavar="DIR")
    parser.add_argument("--out", type=Path, required=True, metavar="FILE")
    args = parser.parse_args()

    rows = json.loads(args.out.read_text())["rows"] if args.out.exists() else []
    kept = earlier(args, rows) if args.more else {"seconds": [], "returns": []}
    first = len(kept["returns"]) + 1
    if first > args.seeds:
        sys.exit(f"{args.out} has {first - 1} seeds of it already")
    folders = train(args, first)
    trials = [json.loads((folder / "trial.json").read_text()) for folder in folders]
    returns = [reached(args, folder, trial) for folder, trial in zip(folders, trials)]
    missing = [str(first + k) for k, one in enumerate(returns) if one is None]
    if missing:
        sys.exit(f"no episode had ended by the end of the training of seed {', '.join(missing)}: there is no return")
    if args.more and kept["env_steps"] != trials[0]["env_steps"]:
        sys.exit(f"{args.out} has seeds of {kept['env_steps']} env steps, these have made {trials[0]['env_steps']}")
    if any(trial["origin"]["dirty"] for trial in trials):
        sys.exit("of no commit: tracked files differ from it")
    compared = args.algo == "ppo" and args.preset == "cleanrl" and args.last_100
    row = {
        "task": args.task,
        "preset": preset(args),
        "judged_by": judged_by(args),
        "commit": trials[0]["origin"]["commit"],
        "env_steps": trials[0]["env_steps"],
        "seconds": kept["seconds"] + [round(trial["seconds"], 1) for trial in trials],
        "returns": kept["returns"] + [round(one, 1) for one in returns],
        "reference": json.loads(REFERENCE.read_text())["ppo"].get(args.task, {}).get("returns", []) if compared else [],
    }
    key = ("preset", "task", "judged_by", "env_steps")
    rows = [old for old in rows if any(old[k] != row[k] for k in key)] + [row]
    rows.sort(key=lambda one: [one[k] for k in key])
    args.out.write_text(json.dumps({"schema_version": 1, "rows": rows}, indent=1) + "\n")


if __name__ == "__main__":
    main()
