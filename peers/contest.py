"""One algorithm on one task by programs in Python, and by Stride beside them, with the same hyper-parameters.

A run is cut into slices of env steps. Those before learning began are left out, and so is the slice of the first
update, in which JAX and PyTorch compile. The rates are medians over the other slices. PyTorch and JAX get as many
threads as they are fastest with.
"""

import importlib.util
import statistics
import sys
from dataclasses import dataclass, field
from types import ModuleType

from compare_training import beside, lacking_to_compile, median
from measuring import profile, progress, python, reason_against, run, train

FEWEST_COUNTED = 10  # slices
TRIAL_COUNTED = 2
# what a program needs that not every machine has: run.sh goes on without SBX, and JAX does not start on every processor
STARTS = {
    "sbx": "import sbx",
    "compiler": """
import sys, torch
try:
    torch.compile(torch.sin)(torch.ones(1))
except Exception as error:
    sys.exit(str(error).splitlines()[0])
""",
}


@dataclass(frozen=True)
class Peer:
    """A program of this folder."""

    label: str
    script: str
    options: dict = field(default_factory=dict)
    needs: str = None  # one of STARTS

    def reason_against(self):
        """Why it cannot run here, or None."""
        if self.needs is None:
            return None
        if self.needs == "sbx" and importlib.util.find_spec("sbx") is None:
            return "it could not be fetched"
        lacking = lacking_to_compile() if self.needs == "compiler" else None
        return lacking or reason_against(STARTS[self.needs])


@dataclass(frozen=True)
class Lengths:
    """How often and how long each is measured."""

    rounds: int
    slices: int  # of a peer's run
    stride_slices: int


def rate(slices):
    """Env steps per second of slices, one after the other."""
    return sum(steps for steps, *_ in slices) / sum(seconds for _, seconds, _ in slices)


@dataclass(frozen=True)
class Contest:
    """What is measured, and how."""

    program: ModuleType  # constants of the algorithm
    stride: dict  # options of Stride's training
    envs: int
    peers: dict  # by short name

    @property
    def title(self):
        return self.program.ALGO.upper()

    def labels(self):
        """What is measured in words, in the order of a round."""
        ours = {"stride": "Stride", "stride-one-thread": "Stride on one thread"}
        ours["limit"] = "the limit, physics and arithmetic"
        return ours | {name: peer.label for name, peer in self.peers.items()}

    def head(self, peer):
        """What each row of peers.json begins with."""
        return {"algo": self.program.ALGO, "task": self.program.TASK, "peer": peer, "label": self.labels()[peer]}

    def contestants(self, args):
        """What can be measured, in the order of a round, and what is left out, with reasons."""
        found, left_out = [], []
        for peer, label in self.labels().items():
            reason = self.peers[peer].reason_against() if peer in self.peers else None
            if reason is not None:
                print(f"stride: {self.title}: {label} is left out: {reason}", file=sys.stderr)
                left_out.append(self.head(peer) | {"reason": reason})
            elif peer != "stride-one-thread" or args.threads > 1:
                found.append(peer)
        return found, left_out

    def train_stride(self, threads, slices, seed):
        """One run of Stride, with its slices as a peer's program prints them."""
        size = self.program.STRIDE_SLICE_STEPS
        options = {"algo": self.program.ALGO, "steps_per_iteration": size, "total_timesteps": slices * size}
        result, lines = train(self.program.TASK, **options, **self.stride, threads=threads, seed=seed)
        result["env_steps"] = [line["env_steps"] for line in lines]
        result["seconds"] = [line["seconds"] for line in lines]
        result["update_seconds"] = [line["stage_seconds"]["update"] for line in lines]
        return result

    def train_peer(self, peer, threads, slices, seed=1):
        """One run of a peer, as its program prints it."""
        chosen = self.peers[peer]
        return run(python(chosen.script, slices=slices, threads=threads, seed=seed, **chosen.options))

    def measure_limit(self, threads):
        """What the physics and the arithmetic of learning alone would allow."""
        measured = profile(self.program.TASK, algo=self.program.ALGO, envs=self.envs, threads=threads)
        limit = measured["rows"][0]["limit_steps_per_second"]
        if limit is None:
            sys.exit(f"stride: stride profile {self.program.TASK} --algo {self.program.ALGO} gave no limit")
        return {"env_steps_per_second": round(limit, 1), "others_cores": measured["others_cores"]}

    def uncounted(self, size):
        """How many slices of so many env steps there are until the first update has been made."""
        return self.program.LEARNING_STARTS // size + 1

    def fewest_slices(self):
        """How many slices a run must have."""
        sizes = (self.program.SLICE_STEPS, self.program.STRIDE_SLICE_STEPS)
        return FEWEST_COUNTED + max(map(self.uncounted, sizes))

    def counted(self, result):
        """The slices that count, as (env steps, seconds, seconds of its updates)."""
        ends = result["env_steps"]
        columns = zip([0, *ends], ends, result["seconds"], result["update_seconds"])
        slices = [(end - begin, seconds, updating) for begin, end, seconds, updating in columns]
        return slices[self.uncounted(ends[0]) :]

    def figures(self, result):
        """The figures of one run."""
        slices = self.counted(result)
        tenth = max(1, len(slices) // 10)
        updates = [updating * self.program.TRAIN_EVERY / steps for steps, _, updating in slices]
        # who started the program saw the end of its first slice
        until_update = result["seconds"][1 : self.uncounted(result["env_steps"][0])]
        return {
            "env_steps_per_second": round(statistics.median(steps / seconds for steps, seconds, _ in slices), 1),
            "last_tenth_ratio": round(rate(slices[-tenth:]) / rate(slices[:tenth]), 3),
            "update_microseconds": round(1e6 * statistics.median(updates), 1),
            "memory_bytes": result["memory_bytes"],
            "first_update_seconds": result["first_iteration_seconds"] + sum(until_update),
        }

    def measure_slice(self, peer, threads, lengths, seed):
        """The figures of one run, or the limit."""
        if peer == "limit":
            return self.measure_limit(threads)
        if peer in self.peers:
            result = self.train_peer(peer, threads, lengths.slices, seed)
        else:
            result = self.train_stride(threads, lengths.stride_slices, seed)
        return self.figures(result) | {key: result[key] for key in ("others_cores", "versions") if key in result}

    def fastest_threads(self, peer, args):
        """How many threads a peer is to have: one or all, as a short run of each shows."""
        rates = {}
        for threads in sorted({1, args.threads}):
            progress(f"{self.title}: {peer}, trial of --threads {threads}")
            slices = TRIAL_COUNTED + self.uncounted(self.program.SLICE_STEPS)
            rates[threads] = rate(self.counted(self.train_peer(peer, threads, slices)))
        return max(rates, key=rates.get)

    def measure(self, found, args, lengths):
        """All figures, as {peer: [those of a round, ...]}, and the threads of each."""
        rounds = {peer: [] for peer in found}
        threads = {peer: args.torch_threads or self.fastest_threads(peer, args) for peer in found if peer in self.peers}
        threads |= {"stride": args.threads, "stride-one-thread": 1, "limit": args.threads}
        for number in range(1, lengths.rounds + 1):
            for peer, measured in rounds.items():
                progress(f"{self.title}, round {number} of {lengths.rounds}: {self.program.TASK}, {peer}")
                measured.append(self.measure_slice(peer, threads[peer], lengths, number))
        return rounds, threads

    def summarise(self, rounds, threads):
        """One row per program, with medians, and ratios to Stride's."""
        rows = []
        for peer, measured in rounds.items():
            row = self.head(peer) | {"threads": threads[peer]}
            row |= beside("env_steps_per_second", "stride_ratio", rounds["stride"], measured)
            for figure in ("last_tenth_ratio", "update_microseconds", "memory_bytes", "first_update_seconds"):
                row[figure] = median(figure, measured)
            row["others_cores"] = [one["others_cores"] for one in measured]
            rows.append(row)
        return rows

    def settings(self):
        """The constants of the algorithm, for peers.json."""
        return {name.lower(): value for name, value in vars(self.program).items() if name.isupper()}

    def extend(self, record, part, args, lengths):
        """Measures, and adds versions, and rows of a part, to the record of peers.json."""
        found, left_out = self.contestants(args)
        rounds, threads = self.measure(found, args, lengths)
        for measured in rounds.values():
            record["versions"] |= measured[0].get("versions", {})
        record[part + "_left_out"] += left_out
        record[part + "_rows"] += self.summarise(rounds, threads)

    def print_table(self, record, part, lengths):
        """Prints a table, then how to read it."""
        versions, host = record["versions"], record["machine"]
        print(
            f"{self.title} end to end on {host['cores']} cores of {host['cpu']}: medians over {lengths['rounds']}"
            " round(s), ratios of Stride's figure to each"
        )
        titles = "threads   steps/s  ratio       by round  last/first  update us       MB  first s"
        print(f"\n{self.program.TASK:33} {titles}")
        for row in record[part + "_rows"]:
            if row["algo"] == self.program.ALGO:
                print_row(row)
        for row in record[part + "_left_out"]:
            if row["algo"] == self.program.ALGO:
                print(f"{row['label']}: left out, {row['reason']}")
        sbx = f", SBX {versions['sbx-rl']} with JAX {versions['jax']}" if "sbx-rl" in versions else ""
        print(
            f"\nPyTorch {versions['torch']}, Gymnasium {versions['gymnasium']},"
            f" Stable-Baselines3 {versions['stable-baselines3']}{sbx}; one thread or all, whichever was faster."
            "\nsteps/s: env steps once learning has begun; last/first: the rate of the last tenth of these over the"
            f" first;\nupdate us: one update, once in {self.program.TRAIN_EVERY} env step(s); MB: resident at the peak;"
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
