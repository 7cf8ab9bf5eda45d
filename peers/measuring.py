"""Runs programs of others and of Stride one after the other, and watches what they and the machine do meanwhile."""

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
QUIET = 0.05  # share of the cores that an otherwise idle machine may need for itself


def stride(command, task, **options):
    """The command that runs Stride on a task."""
    return [str(ROOT / "stride"), command, task, *flags(options), "--json"]


def python(script, **options):
    """The command that runs a script of this folder, with options as flags."""
    return [sys.executable, "-Es", str(HERE / script), *flags(options)]


def flags(options):
    """Options as words of a command: True stands for a flag without a value, underscores for dashes."""
    words = []
    for name, value in options.items():
        words += ["--" + name.replace("_", "-")] + ([] if value is True else [str(value)])
    return words


def run(command, folder=None):
    """Runs a command that prints a JSON object, in a folder, or in one of its own that is removed; ends this program
    with one line if the command fails.

    Returns the object with the cores that others kept busy meanwhile, on average, as `others_cores`, the command's
    largest resident memory as `memory_bytes`, and, if it is one that trains, as `first_iteration_seconds` the time from
    its start until it said "1/" on stderr.
    """
    if folder is None:
        with tempfile.TemporaryDirectory() as new:
            return run(command, new)
    name = " ".join(Path(part).name for part in command if part != "-Es")
    start, busy, own = time.perf_counter(), busy_seconds(), children_seconds()
    complaints, first_iteration = [], None
    with tempfile.TemporaryFile("w+") as stdout:
        try:
            process = subprocess.Popen(
                command,
                cwd=folder,  # MuJoCo writes its log where it runs
                env=os.environ | {"TMPDIR": str(folder)},
                stdin=subprocess.DEVNULL,
                stdout=stdout,
                stderr=subprocess.PIPE,
                text=True,
            )
        except OSError as error:
            sys.exit(f"stride: cannot run {name}: {error.strerror}")
        try:
            for line in process.stderr:
                if first_iteration is None and line.startswith("1/"):
                    first_iteration = time.perf_counter() - start
                complaints.append(line.strip())
            _, status, used = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
        finally:
            if process.returncode is None:
                process.kill()
                process.wait()
        stdout.seek(0)
        printed = stdout.read()
    if process.returncode != 0:
        reasons = [line for line in complaints if line] or [f"exit status {process.returncode}"]
        sys.exit(f"stride: {name} failed: {reasons[-1]}")
    try:
        result = json.loads(printed)
    except json.JSONDecodeError:
        sys.exit(f"stride: {name} printed no JSON: {printed[:80]!r}")
    others = (busy_seconds() - busy) - (children_seconds() - own)
    result["others_cores"] = round(max(0.0, others / (time.perf_counter() - start)), 2)
    result["memory_bytes"] = 1024 * used.ru_maxrss
    result["first_iteration_seconds"] = first_iteration
    return result


def reason_against(code):
    """Why a piece of Python does not run on this machine, in one line, or None."""
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run(
            [sys.executable, "-Es", "-c", code],
            cwd=folder,
            env=os.environ | {"TMPDIR": folder},
            capture_output=True,
            text=True,
        )
    said = [line for line in done.stderr.splitlines() if line.strip()] or [f"exit status {done.returncode}"]
    return f"it does not start: {said[-1].strip()}" if done.returncode != 0 else None


def cores():
    """How many cores this process may use."""
    return len(os.sched_getaffinity(0))


def useful_threads(envs, threads):
    """How many of the threads have an environment to step."""
    return min(envs, threads)


def train(task, **options):
    """A training by Stride: what it prints, as run() returns it, and the lines of its metrics.jsonl."""
    with tempfile.TemporaryDirectory() as folder:
        result = run(stride("train", task, **options, run_dir="run"), folder)
        lines = Path(folder, "run", "metrics.jsonl").read_text().splitlines()
    return result, [json.loads(line) for line in lines]


def profile(task, **options):
    """A profile by Stride, as run() returns it."""
    return run(stride("profile", task, **options))


def profile_slices(task, envs, threads):
    """Stride's rollout and its limit, bare mj_step, as env steps per second from one profile."""
    measured = profile(task, envs=envs, threads=threads)
    for row in measured["rows"]:
        if (row["envs"], row["threads"]) == (envs, threads):
            if row["physics_steps_per_second"] is None:
                sys.exit(f"stride: {task} has no limit to compare with: name a task of MuJoCo's")
            common = {"threads": useful_threads(envs, threads), "others_cores": measured["others_cores"]}
            figures = {"stride": row["rollout_steps_per_second"], "limit": row["physics_steps_per_second"]}
            return {peer: common | {"env_steps_per_second": round(figure)} for peer, figure in figures.items()}
    sys.exit(f"stride: stride profile {task} gave no row for {envs} environments on {threads} threads")


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


def progress(text):
    """Says on stderr what is being measured: on one line that is overwritten, if that is a terminal."""
    if sys.stderr.isatty():
        print(f"\r\033[K{text}", end="", file=sys.stderr, flush=True)
    else:
        print(text, file=sys.stderr)
