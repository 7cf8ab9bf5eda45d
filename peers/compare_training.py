"""PPO end to end: what programs in Python reach, and Stride beside them, with the same hyper-parameters.

The rates are medians over the last half of a run's iterations. PyTorch gets as many threads as it is fastest with.
"""

import itertools
import os
import shutil
import statistics
import sys
import sysconfig
from pathlib import Path

from measuring import profile_slices, progress, python, run, train, useful_threads
from ppo_program import EPOCHS, MINIBATCHES

TRIAL_ITERATIONS = 4
LEAST_ENVS_OF_ENVPOOL = 8
# script and its options
PEERS = {
    "torch-envpool": ("torch_ppo.py", {"vec": "envpool"}),
    "torch-envpool-compiled": ("torch_ppo.py", {"vec": "envpool", "compile": True}),
    "torch-gymnasium": ("torch_ppo.py", {"vec": "gymnasium"}),
    "torch-gymnasium-compiled": ("torch_ppo.py", {"vec": "gymnasium", "compile": True}),
    "sb3": ("sb3_ppo.py", {}),
}
LABELS = {
    "stride": "Stride",
    "stride-one-thread": "Stride on one thread",
    "limit": "the limit, bare mj_step in C",
    "torch-envpool": "PyTorch, EnvPool",
    "torch-envpool-compiled": "PyTorch compiled, EnvPool",
    "torch-gymnasium": "PyTorch, Gymnasium",
    "torch-gymnasium-compiled": "PyTorch compiled, Gymnasium",
    "sb3": "Stable-Baselines3, DummyVecEnv",
}


def lacking_to_compile():
    """What torch.compile would miss on this machine, or None."""
    compiler = os.environ.get("CXX", "g++")
    if shutil.which(compiler) is None:
        return f"no {compiler} (package g++)"
    if not Path(sysconfig.get_path("include"), "Python.h").exists():
        return "no Python.h of this Python (package python3-dev)"
    return None


def reason_against(peer, envs, lacking):
    """Why a peer is not measured with so many environments, or None."""
    _, options = PEERS[peer]
    if options.get("vec") == "gymnasium" and envs > 1:
        return "its loop steps one environment"
    if options.get("vec") == "envpool" and envs < LEAST_ENVS_OF_ENVPOOL:
        return f"its threads would share fewer than {LEAST_ENVS_OF_ENVPOOL} environments"
    return lacking if "compile" in options else None


def contestants(args):
    """What is measured, in the order of a round, as (task, envs, steps, peer), and the train_left_out of peers.json."""
    lacking = lacking_to_compile()
    if lacking is not None:
        print(f"stride: {lacking}: PyTorch is not measured compiled", file=sys.stderr)
    found, left_out = [], []
    for task, (envs, steps) in itertools.product(args.train_tasks, args.train_sizes):
        ours = ["stride", "limit"] if envs > 1 or args.threads == 1 else ["stride", "stride-one-thread", "limit"]
        found += [(task, envs, steps, peer) for peer in ours]
        for peer in PEERS:
            reason = reason_against(peer, envs, lacking)
            if reason is None:
                found.append((task, envs, steps, peer))
            else:
                size = {"task": task, "envs": envs, "steps": steps}
                left_out.append(size | {"peer": peer, "label": LABELS[peer], "reason": reason})
    return found, left_out


def train_stride(task, envs, steps, threads, args, seed):
    """One run of Stride."""
    options = {"preset": "cleanrl", "stats_update": "rollout", "num_minibatches": MINIBATCHES}
    options |= {"num_envs": envs, "num_steps": steps, "total_timesteps": args.stride_iterations * envs * steps}
    result, lines = train(task, **options, threads=threads, seed=seed)
    result["seconds"] = [line["seconds"] for line in lines]
    result["update_seconds"] = [line["stage_seconds"]["update"] for line in lines]
    return result


def train_peer(peer, task, envs, steps, threads, args, iterations, seed=1):
    """One run of a peer, as its program prints it."""
    script, options = PEERS[peer]
    if options.get("vec") == "envpool":
        options = options | {"env_threads": args.threads}
    sizes = {"envs": envs, "steps": steps, "iterations": iterations, "threads": threads}
    return run(python(script, task=task, **sizes, seed=seed, **options))


def fastest_threads(contestant, args):
    """How many threads PyTorch is to have: one or all, as a short run of each shows."""
    task, envs, steps, peer = contestant
    seconds = {}
    for threads in sorted({1, args.threads}):
        progress(f"training: {task}, {envs} x {steps}, {peer}, trial of --threads {threads}")
        trial = train_peer(peer, task, envs, steps, threads, args, TRIAL_ITERATIONS)
        seconds[threads] = min(trial["seconds"][1:])
    return min(seconds, key=seconds.get)


def measure_slice(contestant, threads, args, seed):
    """One slice: the figures of one run, or of the limit."""
    task, envs, steps, peer = contestant
    if peer == "limit":
        return profile_slices(task, envs, threads)["limit"]
    if peer in PEERS:
        result = train_peer(peer, task, envs, steps, threads, args, args.iterations, seed)
    else:
        result = train_stride(task, envs, steps, threads, args, seed)
    rows = envs * steps
    kept = ("others_cores", "memory_bytes", "first_iteration_seconds", "versions")
    return {key: result[key] for key in kept if key in result} | {
        "env_steps_per_second": round(rows / steady(result["seconds"])),
        "update_samples_per_second": round(EPOCHS * rows / steady(result["update_seconds"])),
    }


def steady(seconds):
    """The median over the last half of the iterations."""
    return statistics.median(seconds[len(seconds) // 2 :])


def measure(found, args):
    """All slices, as {(task, envs, steps, peer): [slice, ...]}, and the threads of each."""
    slices = {contestant: [] for contestant in found}
    threads = {}
    for contestant in slices:
        _, envs, _, peer = contestant
        if peer in PEERS:
            threads[contestant] = args.torch_threads or fastest_threads(contestant, args)
        elif peer == "stride":
            threads[contestant] = args.threads
        else:
            threads[contestant] = useful_threads(envs, args.threads)
    for number in range(1, args.train_rounds + 1):
        for contestant, measured in slices.items():
            task, envs, steps, peer = contestant
            progress(f"training, round {number} of {args.train_rounds}: {task}, {envs} x {steps}, {peer}")
            measured.append(measure_slice(contestant, threads[contestant], args, number))
    return slices, threads


def summarise(slices, threads):
    """The train_rows of peers.json: one per task, size and program, with all slices, medians and ratios to Stride's."""
    rows = []
    for (task, envs, steps, peer), measured in slices.items():
        stride = slices[task, envs, steps, "stride"]
        row = {"task": task, "envs": envs, "steps": steps, "peer": peer, "label": LABELS[peer]}
        row["threads"] = threads[task, envs, steps, peer]
        row |= beside("env_steps_per_second", "stride_ratio", stride, measured)
        row |= beside("update_samples_per_second", "update_ratio", stride, measured)
        for figure in ("memory_bytes", "first_iteration_seconds"):
            row[figure] = median(figure, measured)
        row["others_cores"] = [one["others_cores"] for one in measured]
        rows.append(row)
    return rows


def beside(figure, ratio, stride, measured):
    """A figure and how many times as large Stride's is, as medians and by round; None if it was not measured."""
    result = {figure: median(figure, measured), ratio: None}
    if result[figure] is not None:
        ours, theirs = ([one[figure] for one in slices] for slices in (stride, measured))
        result[figure + "_by_round"] = theirs
        result[ratio] = round(statistics.median(ours) / result[figure], 3)
        result[ratio + "_by_round"] = [round(our / their, 3) for our, their in zip(ours, theirs)]
    return result


def median(figure, measured):
    """The median of a figure over slices, None for the limit, which trains nothing."""
    values = [one[figure] for one in measured if figure in one]
    return statistics.median(values) if values else None


def extend(record, args):
    """Measures, and adds the settings, versions and train_rows to the record of peers.json."""
    found, record["train_left_out"] = contestants(args)
    slices, threads = measure(found, args)
    for measured in slices.values():
        record["versions"] |= measured[0].get("versions", {})
    record["settings"]["train"] = {
        "tasks": args.train_tasks,
        "sizes": args.train_sizes,
        "threads": args.threads,
        "rounds": args.train_rounds,
        "iterations": args.iterations,
        "stride_iterations": args.stride_iterations,
        "epochs": EPOCHS,
        "minibatches": MINIBATCHES,
    }
    record["train_rows"] = summarise(slices, threads)


def print_table(record):
    """Prints one table per task and size, then how to read them."""
    settings, versions, host = record["settings"]["train"], record["versions"], record["machine"]
    print(
        f"PPO end to end on {host['cores']} cores of {host['cpu']}: medians over {settings['rounds']} round(s),"
        " ratios of Stride's figure to each"
    )
    titles = " threads   steps/s  ratio    by round  updated/s  ratio       MB  first s"
    for task, (envs, steps) in itertools.product(settings["tasks"], settings["sizes"]):
        wanted = {"task": task, "envs": envs, "steps": steps}
        print(f"\n{f'{task}, {envs} x {steps}':31}{titles}")
        for row in record["train_rows"]:
            if wanted.items() <= row.items():
                print_row(row)
        for row in record["train_left_out"]:
            if wanted.items() <= row.items():
                print(f"{row['label']}: left out, {row['reason']}")
    envpool = f"EnvPool {versions['envpool']} with {settings['threads']}, " if "envpool" in versions else ""
    print(
        f"\nPyTorch {versions['torch']} with one thread or all, whichever was faster, {envpool}"
        f"Stable-Baselines3 {versions['stable-baselines3']}."
        "\nsteps/s: env steps over whole iterations; updated/s: samples over the update alone, each once an epoch;"
        "\nMB: resident at the peak; first s: from the start of the process to the end of its first iteration.\n"
    )


def print_row(row):
    by_round = "{:.2f}-{:.2f}".format(min(row["stride_ratio_by_round"]), max(row["stride_ratio_by_round"]))
    line = f"{row['label']:31}{row['threads']:8}{row['env_steps_per_second']:10,.0f}"
    line += f"{row['stride_ratio']:7.2f}{by_round:>12}"
    if row["memory_bytes"] is not None:
        line += f"{row['update_samples_per_second']:11,.0f}{row['update_ratio']:7.2f}"
        line += f"{row['memory_bytes'] / 1e6:9,.0f}{row['first_iteration_seconds']:9.1f}"
    print(line)
