"""Measures the peers and Stride in turn on this machine, prints a table and writes peers.json.

Every round measures each peer and Stride once, each in a process of its own, and the rounds repeat (A B A B), so that a
machine that slows down or gets busy does so for all. The peers only step environments under random actions; Stride's
rollout includes its policy network.
"""

import argparse
import json
import os
import platform
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import datetime, timezone
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
PEERS = ("gymnasium-sync", "envpool-sync", "envpool-async")
STRIDE, LIMIT = "stride", "limit"
QUIET = 0.05  # share of the cores that an otherwise idle machine may need for itself
LABELS = {
    "gymnasium-sync": "Gymnasium SyncVectorEnv, env-only",
    "envpool-sync": "EnvPool sync, env-only",
    "envpool-async": "EnvPool async, env-only",
    STRIDE: "Stride rollout, with its policy",
    LIMIT: "the limit: bare mj_step in C",
}


def run(command, folder):
    """The JSON object that a command prints; ends this program with one line if the command fails."""
    name = " ".join(Path(part).name for part in command if part != "-I")
    try:
        done = subprocess.run(command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    except OSError as error:
        sys.exit(f"stride: cannot run {name}: {error.strerror}")
    if done.returncode != 0:
        reason = done.stderr.strip().splitlines() or [f"exit status {done.returncode}"]
        sys.exit(f"stride: {name} failed: {reason[-1]}")
    try:
        return json.loads(done.stdout)
    except json.JSONDecodeError:
        sys.exit(f"stride: {name} printed no JSON: {done.stdout[:80]!r}")


def cores():
    """How many cores this process may use."""
    return len(os.sched_getaffinity(0))


def busy_seconds():
    """CPU seconds that these cores have spent on anyone's work since the machine started."""
    mine = {f"cpu{core}" for core in os.sched_getaffinity(0)}
    ticks = 0
    for line in Path("/proc/stat").read_text().splitlines():
        name, *times = line.split()
        if name in mine:
            user, nice, system, _idle, _iowait, irq, softirq, steal = map(int, times[:8])
            ticks += user + nice + system + irq + softirq + steal
    return ticks / os.sysconf("SC_CLK_TCK")


def children_seconds():
    """CPU seconds that the processes started here have used."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def run_watched(command, folder):
    """As run; with the cores that others kept busy meanwhile, on average, as `others_cores`."""
    start, busy, own = time.perf_counter(), busy_seconds(), children_seconds()
    result = run(command, folder)
    others = (busy_seconds() - busy) - (children_seconds() - own)
    return result | {"others_cores": round(max(0.0, others / (time.perf_counter() - start)), 2)}


def measure_peer(peer, task, args, seed, folder):
    """One slice of a peer, as env_only.py prints it."""
    settings = {"task": task, "envs": args.envs, "threads": args.threads, "seed": seed}
    settings |= {"seconds": args.seconds, "warmup": args.warmup}
    flags = [part for name, value in settings.items() for part in (f"--{name}", str(value))]
    return run_watched([sys.executable, "-I", str(HERE / "env_only.py"), "--peer", peer, *flags], folder)


def measure_stride(task, args, folder):
    """One slice of Stride's rollout and one of its limit, from one profile."""
    sizes = ["--envs", str(args.envs), "--threads", str(args.threads)]
    profile = run_watched([str(ROOT / "stride"), "profile", task, *sizes, "--json"], folder)
    figures = {STRIDE: "rollout_steps_per_second", LIMIT: "physics_steps_per_second"}
    for row in profile["rows"]:
        if (row["envs"], row["threads"]) == (args.envs, args.threads):
            common = {"threads": args.threads, "others_cores": profile["others_cores"]}
            return {peer: common | {"env_steps_per_second": round(row[figure])} for peer, figure in figures.items()}
    sys.exit(f"stride: stride profile {task} gave no row for {args.envs} environments on {args.threads} threads")


def measure(args):
    """All slices, as {(task, peer): [slice, ...]} in the order of the rounds."""
    slices = {(task, peer): [] for task in args.tasks for peer in (*PEERS, STRIDE, LIMIT)}
    with tempfile.TemporaryDirectory() as folder:  # MuJoCo writes its log where it runs
        for number in range(1, args.rounds + 1):
            for task in args.tasks:
                progress(f"round {number} of {args.rounds}: {task}, stride")
                for peer, measured in measure_stride(task, args, folder).items():
                    slices[task, peer].append(measured)
                for peer in PEERS:
                    progress(f"round {number} of {args.rounds}: {task}, {peer}")
                    slices[task, peer].append(measure_peer(peer, task, args, number, folder))
    return slices


def progress(text):
    """Says on stderr what is being measured: on one line that is overwritten, if that is a terminal."""
    if sys.stderr.isatty():
        print(f"\r\033[K{text}", end="", file=sys.stderr, flush=True)
    else:
        print(text, file=sys.stderr)


def summarise(slices):
    """The rows of peers.json: one per task and peer, with all slices, their median and the ratio to Stride's."""
    rows = []
    for (task, peer), measured in slices.items():
        speeds = [one["env_steps_per_second"] for one in measured]
        stride = [one["env_steps_per_second"] for one in slices[task, STRIDE]]
        row = {"task": task, "peer": peer, "threads": measured[0]["threads"], "slices": speeds}
        row["env_steps_per_second"] = statistics.median(speeds)
        row["stride_ratio"] = round(statistics.median(stride) / row["env_steps_per_second"], 3)
        row["stride_ratio_by_round"] = [round(ours / theirs, 3) for ours, theirs in zip(stride, speeds)]
        row["others_cores"] = [one["others_cores"] for one in measured]
        if peer in PEERS:
            row["batch"] = measured[0]["batch"]
            row["cores_used"] = [one["cores_used"] for one in measured]
        rows.append(row)
    for task in {row["task"] for row in rows}:
        modes = [row for row in rows if row["task"] == task and row["peer"].startswith("envpool")]
        fastest = max(modes, key=lambda row: row["env_steps_per_second"])
        for row in modes:
            row["best"] = row is fastest
    return rows


def machine():
    """The machine's processor, cores, memory and system."""
    described = Path("/proc/cpuinfo").read_text().splitlines()
    models = [line.split(":", 1)[1].strip() for line in described if line.startswith("model name")]
    return {
        "cpu": models[0] if models else platform.machine(),
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


def print_table(record):
    """Prints one table per task, then how to read them."""
    settings, versions, host = record["settings"], record["versions"], record["machine"]
    print(
        f"Env steps per second of {settings['envs']} environments on {host['cores']} cores of {host['cpu']}:"
        f" medians, lowest and highest over {settings['rounds']} rounds"
    )
    for task in settings["tasks"]:
        print(f"\n{task:36} threads    median    lowest   highest  Stride / it    by round")
        for row in record["rows"]:
            if row["task"] == task:
                label = LABELS[row["peer"]] + (" (best)" if row.get("best") else "")
                speeds = (row["env_steps_per_second"], min(row["slices"]), max(row["slices"]))
                columns = "".join(f"{speed:10,.0f}" for speed in speeds)
                span = "{:.2f}-{:.2f}".format(min(row["stride_ratio_by_round"]), max(row["stride_ratio_by_round"]))
                print(f"{label:36}{row['threads']:8}{columns}{row['stride_ratio']:13.2f}{span:>12}")
    print(
        f"\nGymnasium {versions['gymnasium']} steps on one thread, with MuJoCo {versions['mujoco']};"
        f" EnvPool {versions['envpool']} on {settings['threads']}, with MuJoCo {versions['envpool_mujoco']} built in."
        "\nA step is one action of one environment, never times the frame skip; resets take time but do not count."
    )
    others = max(cores for row in record["rows"] for cores in row["others_cores"])
    if others > QUIET * host["cores"]:
        print(f"Others kept up to {others} cores busy meanwhile: measure again on a quiet machine before citing this.")


def above_zero(kind):
    """An argparse type: an int or a float above zero."""

    def parse(text):
        value = kind(text)
        if value <= 0:
            raise argparse.ArgumentTypeError(f"{text} is not above zero")
        return value

    parse.__name__ = kind.__name__
    return parse


def arguments():
    parser = argparse.ArgumentParser(
        prog="make peers",
        usage="make peers [ARGS='--rounds 9 --out DIR ...']",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    whole, number, results = above_zero(int), above_zero(float), "build/peers-results"
    parser.add_argument("--tasks", nargs="+", default=["Hopper-v5", "HalfCheetah-v5"], metavar="TASK")
    parser.add_argument("--envs", type=whole, default=64, help="environments (default: 64)")
    parser.add_argument("--threads", type=whole, default=cores(), help="of EnvPool and Stride (default: all cores)")
    parser.add_argument("--rounds", type=whole, default=5, help="slices of each (default: 5)")
    parser.add_argument("--seconds", type=number, default=3.0, help="length of a peer's slice (default: 3)")
    parser.add_argument("--warmup", type=number, default=1.0, help="stepping before a slice (default: 1)")
    parser.add_argument("--out", type=Path, default=ROOT / results, metavar="DIR", help=f"default: {results}")
    # what run.sh asks before it fetches anything
    parser.add_argument("--check", action="store_true", help=argparse.SUPPRESS)
    return parser.parse_args()


def main():
    args = arguments()
    try:
        args.out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        sys.exit(f"stride: cannot write to {args.out}: {error.strerror}")
    if args.check:
        return
    started = datetime.now(timezone.utc).isoformat(timespec="seconds")
    slices = measure(args)
    if sys.stderr.isatty():
        progress("")
    versions = {}
    for peer in PEERS:
        versions |= slices[args.tasks[0], peer][0]["versions"]
    commit = git("rev-parse", "--verify", "HEAD")
    record = {
        "schema_version": 1,
        "started": started,
        "machine": machine(),
        "python": platform.python_version(),
        "versions": versions,
        "commit": commit,
        "dirty": commit and git("status", "--porcelain", "--untracked-files=no") != "",
        "settings": {
            "tasks": args.tasks,
            "envs": args.envs,
            "threads": args.threads,
            "rounds": args.rounds,
            "slice_seconds": args.seconds,
            "warmup_seconds": args.warmup,
        },
        "rows": summarise(slices),
    }
    print_table(record)
    file = args.out / "peers.json"
    file.write_text(json.dumps(record, indent=2) + "\n")
    print(f"All slices are in {file}")


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit("\nstride: interrupted, nothing was written")
