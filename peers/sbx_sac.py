"""SBX's SAC, on the CPU, with the hyper-parameters of the other programs: Stable-Baselines3's loop, updates by JAX.

The temperature has the policy's learning rate, and cannot have another. The policy learns once with every update, not
twice with every second, and the temperature learns from the same actions. Prints one JSON line.

  python sbx_sac.py --slices 40 --threads 1
"""

import sac_program as program
import sbx_program
import slices


def main():
    args = slices.parser(program, __doc__).parse_args()
    sbx_program.prepare(args.threads)
    import sb3_program
    from sbx import SAC

    arguments = program.sb3_arguments() | {"qf_learning_rate": program.Q_LEARNING_RATE}
    log = sb3_program.train(SAC, "MlpPolicy", program.TASK, program, args, **arguments)
    log.print(versions=sbx_program.versions())


if __name__ == "__main__":
    main()
