"""The environments alone: what the peers reach under random actions, beside Stride, whose policy takes part."""

import statistics

from measuring import profile_slices, progress, python, run

PEERS = ("gymnasium-sync", "envpool-sync", "envpool-async")
LABELS = {
    "gymnasium-sync": "Gymnasium SyncVectorEnv, env-only",
    "envpool-sync": "EnvPool sync, env-only",
    "envpool-async": "EnvPool async, env-only",
    "stride": "Stride rollout, with its policy",
    "limit": "the limit: bare mj_step in C",
}


def measure_peer(peer, task, args, seed):
    """One slice of a peer, as env_only.py prints it."""
    sizes = {"envs": args.envs, "threads": args.threads, "seconds": args.seconds, "warmup": args.warmup}
    return run(python("env_only.py", peer=peer, task=task, seed=seed, **sizes))


def measure(args):
    """All slices, as {(task, peer): [slice, ...]} in the order of the rounds."""
    slices = {(task, peer): [] for task in args.tasks for peer in (*PEERS, "stride", "limit")}
    for number in range(1, args.rounds + 1):
        for task in args.tasks:
            progress(f"environments, round {number} of {args.rounds}: {task}, stride")
            for peer, measured in profile_slices(task, args.envs, args.threads).items():
                slices[task, peer].append(measured)
            for peer in PEERS:
                progress(f"environments, round {number} of {args.rounds}: {task}, {peer}")
                slices[task, peer].append(measure_peer(peer, task, args, number))
    return slices


def summarise(slices):
    """The rows of peers.json: one per task and peer, with all slices, their median and the ratio to Stride's."""
    rows = []
    for (task, peer), measured in slices.items():
        speeds = [one["env_steps_per_second"] for one in measured]
        stride = [one["env_steps_per_second"] for one in slices[task, "stride"]]
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


def extend(record, args):
    """Measures, and adds the settings, versions and rows to the record of peers.json."""
    slices = measure(args)
    for measured in slices.values():
        record["versions"] |= measured[0].get("versions", {})
    record["settings"] |= {"tasks": args.tasks, "envs": args.envs, "threads": args.threads, "rounds": args.rounds}
    record["settings"] |= {"slice_seconds": args.seconds, "warmup_seconds": args.warmup}
    record["rows"] = summarise(slices)


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
        "\nA step is one action of one environment, never times the frame skip; resets take time but do not count.\n"
    )
