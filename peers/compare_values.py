"""Value methods: DQN on CartPole-v1 by programs in Python, and by Stride beside them."""

from dataclasses import asdict

import dqn_program
from contest import Contest, Lengths, Peer

DQN = Contest(
    dqn_program,
    stride={
        "preset": "cleanrl",
        "learning_starts": dqn_program.LEARNING_STARTS,
        "start_e": dqn_program.EPSILON,
        "end_e": dqn_program.EPSILON,
    },
    envs=1,
    peers={
        "torch-dqn": Peer("PyTorch, as CleanRL has it", "torch_dqn.py"),
        "sb3-dqn": Peer("Stable-Baselines3", "sb3_dqn.py"),
        "sbx-dqn": Peer("SBX, compiled by JAX", "sbx_dqn.py", needs="sbx"),
    },
)


def extend(record, args):
    """Measures, and adds the settings, versions and value_rows to the record of peers.json."""
    lengths = Lengths(args.value_rounds, args.value_slices, args.value_stride_slices)
    record["settings"]["values"] = {"threads": args.threads} | asdict(lengths) | DQN.settings()
    DQN.extend(record, "value", args, lengths)


def print_table(record):
    DQN.print_table(record, "value", record["settings"]["values"])
