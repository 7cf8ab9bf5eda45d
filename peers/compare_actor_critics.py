"""Actor-critics but PPO, by programs in Python, and by Stride beside them: SAC on Hopper-v5, A2C on CartPole-v1."""

from dataclasses import asdict

import a2c_program
import sac_program
from contest import Contest, Lengths, Peer

SAC = Contest(
    sac_program,
    stride={"preset": "cleanrl", "learning_starts": sac_program.LEARNING_STARTS},
    envs=1,
    peers={
        "torch-sac": Peer("PyTorch, as CleanRL has it", "torch_sac.py"),
        "torch-sac-compiled": Peer("PyTorch, updates compiled", "torch_sac.py", {"compile": True}, needs="compiler"),
        "sb3-sac": Peer("Stable-Baselines3", "sb3_sac.py"),
        "sbx-sac": Peer("SBX, compiled by JAX", "sbx_sac.py", needs="sbx"),
    },
)
A2C = Contest(
    a2c_program,
    stride={"preset": "sb3", "num_envs": a2c_program.ENVS},
    envs=a2c_program.ENVS,
    peers={
        "torch-a2c": Peer("PyTorch, as CleanRL has it", "torch_a2c.py"),
        "sb3-a2c": Peer("Stable-Baselines3", "sb3_a2c.py"),
    },
)
CONTESTS = (SAC, A2C)


def extend(record, args):
    """Measures, and adds the settings, versions and actor_critic_rows to the record of peers.json."""
    slices = args.actor_critic_slices
    lengths = Lengths(args.actor_critic_rounds, slices, slices)
    settings = {contest.program.ALGO: contest.settings() for contest in CONTESTS}
    record["settings"]["actor_critics"] = {"threads": args.threads} | asdict(lengths) | settings
    for contest in CONTESTS:
        contest.extend(record, "actor_critic", args, lengths)


def print_table(record):
    for contest in CONTESTS:
        contest.print_table(record, "actor_critic", record["settings"]["actor_critics"])
