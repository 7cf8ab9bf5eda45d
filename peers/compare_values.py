"""Value methods: DQN on CartPole-v1 by programs in Python, and by Stride beside them, with the same hyper-parameters.

A run is cut into slices of env steps. Those before learning began are left out, and so is the slice of the first
update, in which JAX compiles. The rates are medians over the other slices. PyTorch and JAX get as many threads as they
are fastest with.
"""

import importlib.util
import statistics
import subprocess
import sys

import dqn_program as program
from compare_training import beside, median
from measuring import profile, progress, python, run, train

TRIAL_SLICES = 5
STRIDE_SLICE = 5000  # env steps: as long as a few of the peers' in seconds
FEWEST_SLICES = 13  # of which ten count
PEERS = {"torch-dqn": "torch_dqn.py", "sb3-dqn": "sb3_dqn.py", "sbx-dqn": "sbx_dqn.py"}
LABELS = {
    "stride": "Stride",
    "stride-one-thread": "Stride on one thread",
    "limit": "the limit, physics and arithmetic",
    "torch-dqn": "PyTorch, as CleanRL has it",
    "sb3-dqn": "Stable-Baselines3",
    "sbx-dqn": "SBX, compiled by JAX",
}


def reason_against(peer):
    """Why a peer cannot run here, or None: run.sh goes on without SBX, and JAX does not start on every processor."""
    if peer != "sbx-dqn":
        return None
    if importlib.util.find_spec("sbx") is None:
        return "it could not be fetched"
    done = subprocess.run([sys.executable, "-Es", "-c", "import sbx"], capture_output=True, text=True)
    said = [line for line in done.stderr.splitlines() if line.strip()] or [f"exit status {done.returncode}"]
    return f"it does not start: {said[-1].strip()}" if done.returncode != 0 else None


def contestants(args):
    """What is measured, in the order of a round, and the value_left_out of peers.json."""
    found, left_out = ["stride", "limit"] if args.threads == 1 else ["stride", "stride-one-thread", "limit"], []
    for peer in PEERS:
        reason = reason_against(peer)
        if reason is None:
            found.append(peer)
        else:
            print(f"stride: {LABELS[peer]} is left out: {reason}", file=sys.stderr)
            left_out.append({"task": program.TASK, "peer": peer, "label": LABELS[peer], "reason": reason})
    return found, left_out


def train_stride(threads, args, seed):
    """One run of Stride, with its slices as a peer's program prints them."""
    options = {"algo": "dqn", "preset": "cleanrl", "learning_starts": program.LEARNING_STARTS}
    options |= {"start_e": program.EPSILON, "end_e": program.EPSILON, "steps_per_iteration": STRIDE_SLICE}
    steps = args.value_stride_slices * STRIDE_SLICE
    result, lines = train(program.TASK, **options, total_timesteps=steps, threads=threads, seed=seed)
    result["env_steps"] = [line["env_steps"] for line in lines]
    result["seconds"] = [line["seconds"] for line in lines]
    result["update_seconds"] = [line["stage_seconds"]["update"] for line in lines]
    return result


def train_peer(peer, threads, slices, seed=1):
    """One run of a peer, as its program prints it."""
    return run(python(PEERS[peer], slices=slices, threads=threads, seed=seed))


def counted(result):
    """The slices that count, as (env steps, seconds, seconds of its updates)."""
    begins = [0, *result["env_steps"]]
    columns = zip(begins, result["env_steps"], result["seconds"], result["update_seconds"])
    return [
        (end - begin, seconds, updating)
        for begin, end, seconds, updating in columns
        if begin > program.LEARNING_STARTS
    ]


def rate(slices):
    """Env steps per second of slices, one after the other."""
    return sum(steps for steps, *_ in slices) / sum(seconds for _, seconds, _ in slices)


def figures(result):
    """The figures of one run."""
    slices = counted(result)
    tenth = max(1, len(slices) // 10)
    updates = [updating * program.TRAIN_EVERY / steps for steps, _, updating in slices]
    return {
        "env_steps_per_second": round(statistics.median(steps / seconds for steps, seconds, _ in slices)),
        "last_tenth_ratio": round(rate(slices[-tenth:]) / rate(slices[:tenth]), 3),
        "update_microseconds": round(1e6 * statistics.median(updates), 1),
        "memory_bytes": result["memory_bytes"],
        "first_update_seconds": result["first_iteration_seconds"],
    }


def measure_limit(threads):
    """What the physics and the arithmetic of learning alone would allow."""
    measured = profile(program.TASK, algo="dqn", envs=1, threads=threads)
    limit = measured["rows"][0]["limit_steps_per_second"]
    if limit is None:
        sys.exit(f"stride: stride profile {program.TASK} --algo dqn gave no limit")
    return {"env_steps_per_second": round(limit), "others_cores": measured["others_cores"]}


def measure_slice(peer, threads, args, seed):
    """The figures of one run, or the limit."""
    if peer == "limit":
        return measure_limit(threads)
    if peer in PEERS:
        result = train_peer(peer, threads, args.value_slices, seed)
    else:
        result = train_stride(threads, args, seed)
    return figures(result) | {key: result[key] for key in ("others_cores", "versions") if key in result}


def fastest_threads(peer, args):
    """How many threads a peer is to have: one or all, as a short run of each shows."""
    rates = {}
    for threads in sorted({1, args.threads}):
        progress(f"value methods: {peer}, trial of --threads {threads}")
        rates[threads] = rate(counted(train_peer(peer, threads, TRIAL_SLICES)))
    return max(rates, key=rates.get)


def measure(found, args):
    """All figures, as {peer: [those of a round, ...]}, and the threads of each."""
    rounds = {peer: [] for peer in found}
    threads = {peer: args.torch_threads or fastest_threads(peer, args) for peer in found if peer in PEERS}
    threads |= {"stride": args.threads, "stride-one-thread": 1, "limit": args.threads}
    for number in range(1, args.value_rounds + 1):
        for peer, measured in rounds.items():
            progress(f"value methods, round {number} of {args.value_rounds}: {program.TASK}, {peer}")
            measured.append(measure_slice(peer, threads[peer], args, number))
    return rounds, threads


def summarise(rounds, threads):
    """The value_rows of peers.json: one per program, with medians, and ratios to Stride's."""
    rows = []
    for peer, measured in rounds.items():
        row = {"task": program.TASK, "peer": peer, "label": LABELS[peer], "threads": threads[peer]}
        row |= beside("env_steps_per_second", "stride_ratio", rounds["stride"], measured)
        for figure in ("last_tenth_ratio", "update_microseconds", "memory_bytes", "first_update_seconds"):
            row[figure] = median(figure, measured)
        row["others_cores"] = [one["others_cores"] for one in measured]
        rows.append(row)
    return rows


def extend(record, args):
    """Measures, and adds the settings, versions and value_rows to the record of peers.json."""
    found, record["value_left_out"] = contestants(args)
    rounds, threads = measure(found, args)
    for measured in rounds.values():
        record["versions"] |= measured[0].get("versions", {})
    record["settings"]["values"] = {
        "task": program.TASK,
        "threads": args.threads,
        "rounds": args.value_rounds,
        "slices": args.value_slices,
        "slice_steps": program.SLICE,
        "stride_slices": args.value_stride_slices,
        "stride_slice_steps": STRIDE_SLICE,
        "learning_starts": program.LEARNING_STARTS,
        "epsilon": program.EPSILON,
        "hidden": program.HIDDEN,
        "batch": program.BATCH,
        "buffer": program.BUFFER,
        "train_every": program.TRAIN_EVERY,
        "target_every": program.TARGET_EVERY,
    }
    record["value_rows"] = summarise(rounds, threads)


def print_table(record):
    """Prints a table, then how to read it."""
    settings, versions, host = record["settings"]["values"], record["versions"], record["machine"]
    print(
        f"DQN end to end on {host['cores']} cores of {host['cpu']}: medians over {settings['rounds']} round(s),"
        " ratios of Stride's figure to each"
    )
    print(f"\n{settings['task']:33} threads   steps/s  ratio       by round  last/first  update us       MB  first s")
    for row in record["value_rows"]:
        print_row(row)
    for row in record["value_left_out"]:
        print(f"{row['label']}: left out, {row['reason']}")
    sbx = f", SBX {versions['sbx-rl']} with JAX {versions['jax']}" if "sbx-rl" in versions else ""
    print(
        f"\nPyTorch {versions['torch']}, Gymnasium {versions['gymnasium']},"
        f" Stable-Baselines3 {versions['stable-baselines3']}{sbx}; one thread or all, whichever was faster."
        "\nsteps/s: env steps once learning has begun; last/first: the rate of the last tenth of these over the first;"
        f"\nupdate us: one update, once in {settings['train_every']} env steps; MB: resident at the peak;"
        "\nfirst s: from the start of the process to the end of the slice with its first update.\n"
    )


def print_row(row):
    by_round = "{:.2f}-{:.2f}".format(min(row["stride_ratio_by_round"]), max(row["stride_ratio_by_round"]))
    line = f"{row['label']:33}{row['threads']:8}{row['env_steps_per_second']:10,.0f}"
    line += f"{row['stride_ratio']:7.2f}{by_round:>15}"
    if row["memory_bytes"] is not None:
        line += f"{row['last_tenth_ratio']:12.2f}{row['update_microseconds']:11,.0f}"
        line += f"{row['memory_bytes'] / 1e6:9,.0f}{row['first_update_seconds']:9.1f}"
    print(line)
