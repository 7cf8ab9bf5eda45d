"""The environments alone: what the peers reach under random actions, beside Stride, whose policy takes part."""

import itertools
import statistics

from measuring import profile_slices, progress, python, run, useful_threads

PEERS = ("gymnasium-sync", "envpool-sync", "envpool-async")
LABELS = {
    "gymnasium-sync": "Gymnasium SyncVectorEnv, env-only",
    "envpool-sync": "EnvPool sync, env-only",
    "envpool-async": "EnvPool async, env-only",
    "stride": "Stride rollout, with its policy",
    "limit": "the limit: bare mj_step in C",
}


def reason_against(peer, envs):
    """Why a peer cannot step so many environments, or None."""
    if peer == "envpool-async" and envs < 2:
        return "serving some environments while others step takes at least two"
    return None


def contestants(args):
    """What is measured, as (task, envs, peer), and the left_out of peers.json: what cannot be, and why."""
    found, left_out = [], []
    for task, envs in itertools.product(args.tasks, args.envs):
        for peer in (*PEERS, "stride", "limit"):
            reason = reason_against(peer, envs)
            if reason is None:
                found.append((task, envs, peer))
            else:
                left_out.append({"task": task, "envs": envs, "peer": peer, "reason": reason})
    return found, left_out


def measure_peer(peer, task, envs, args, seed):
    """One slice of a peer, as env_only.py prints it."""
    sizes = {"envs": envs, "threads": useful_threads(envs, args.threads)}
    sizes |= {"seconds": args.seconds, "warmup": args.warmup}
    return run(python("env_only.py", peer=peer, task=task, seed=seed, **sizes))


def measure(found, args):
    """All slices, as {(task, envs, peer): [slice, ...]} in the order of the rounds."""
    slices = {contestant: [] for contestant in found}
    for number in range(1, args.rounds + 1):
        for task, envs in itertools.product(args.tasks, args.envs):
            place = f"environments, round {number} of {args.rounds}: {task}, {envs}"
            # one profile for each number of environments, so that Stride is measured next to the peers of that number
            progress(f"{place}, stride")
            for peer, measured in profile_slices(task, envs, args.threads).items():
                slices[task, envs, peer].append(measured)
            for peer in PEERS:
                if (task, envs, peer) in slices:
                    progress(f"{place}, {peer}")
                    slices[task, envs, peer].append(measure_peer(peer, task, envs, args, number))
    return slices


def summarise(slices):
    """The rows of peers.json: one per task, number of environments and peer, with all slices, their median and the
    ratio to Stride's of the same task and number."""
    rows = []
    for (task, envs, peer), measured in slices.items():
        speeds = [one["env_steps_per_second"] for one in measured]
        stride = [one["env_steps_per_second"] for one in slices[task, envs, "stride"]]
        row = {"task": task, "peer": peer, "envs": envs, "threads": measured[0]["threads"], "slices": speeds}
        row["env_steps_per_second"] = statistics.median(speeds)
        row["stride_ratio"] = round(statistics.median(stride) / row["env_steps_per_second"], 3)
        row["stride_ratio_by_round"] = [round(ours / theirs, 3) for ours, theirs in zip(stride, speeds)]
        row["others_cores"] = [one["others_cores"] for one in measured]
        if peer in PEERS:
            row["batch"] = measured[0]["batch"]
            row["cores_used"] = [one["cores_used"] for one in measured]
        rows.append(row)
    for size in {(row["task"], row["envs"]) for row in rows}:
        modes = [row for row in rows if (row["task"], row["envs"]) == size and row["peer"].startswith("envpool")]
        fastest = max(modes, key=lambda row: row["env_steps_per_second"])
        for row in modes:
            row["best"] = row is fastest
    return rows


def extend(record, args):
    """Measures, and adds the settings, versions and rows to the record of peers.json."""
    found, record["left_out"] = contestants(args)
    slices = measure(found, args)
    for measured in slices.values():
        record["versions"] |= measured[0].get("versions", {})
    record["settings"] |= {"tasks": args.tasks, "envs": args.envs, "threads": args.threads, "rounds": args.rounds}
    record["settings"] |= {"slice_seconds": args.seconds, "warmup_seconds": args.warmup}
    record["rows"] = summarise(slices)


def print_table(record):
    """Prints one table per task and number of environments, then how to read them."""
    settings, versions, host = record["settings"], record["versions"], record["machine"]
    print(
        f"Env steps per second of environments alone on {host['cores']} cores of {host['cpu']}:"
        f" medians, lowest and highest over {settings['rounds']} round(s)"
    )
    for task, envs in itertools.product(settings["tasks"], settings["envs"]):
        print(f"\n{f'{task}, envs: {envs}':36} threads    median    lowest   highest  Stride / it    by round")
        for row in record["rows"]:
            if (row["task"], row["envs"]) == (task, envs):
                label = LABELS[row["peer"]] + (" (best)" if row.get("best") else "")
                speeds = (row["env_steps_per_second"], min(row["slices"]), max(row["slices"]))
                columns = "".join(f"{speed:10,.0f}" for speed in speeds)
                span = "{:.2f}-{:.2f}".format(min(row["stride_ratio_by_round"]), max(row["stride_ratio_by_round"]))
                print(f"{label:36}{row['threads']:8}{columns}{row['stride_ratio']:13.2f}{span:>12}")
        for row in record["left_out"]:
            if (row["task"], row["envs"]) == (task, envs):
                print(f"{LABELS[row['peer']]}: left out, {row['reason']}")
    print(
        f"\nGymnasium {versions['gymnasium']} steps on one thread, with MuJoCo {versions['mujoco']};"
        f" EnvPool {versions['envpool']} on {settings['threads']} at most,"
        f" with MuJoCo {versions['envpool_mujoco']} built in."
        "\nA step is one action of one environment, never times the frame skip; resets take time but do not count.\n"
    )
