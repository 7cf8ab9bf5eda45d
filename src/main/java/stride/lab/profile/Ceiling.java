package stride.lab.profile;

/**
 * What physics and arithmetic allow: env steps that cost nothing but the simulator's time and the
 * floating-point operations of inference and updates, done at the speed of registers.
 *
 * @param flopPerEnvStep floating-point operations of inference and updates; 0 if not counted
 * @param flopPeak floating-point operations per second of all threads together
 * @param stepsAlone env steps per second of the task's environments alone; 0 where bare mj_step was
 *     measured instead
 */
record Ceiling(double flopPerEnvStep, double flopPeak, double stepsAlone) {
  /**
   * The limit.
   *
   * @param physicsStepsPerSecond of bare mj_step; null where there is none
   * @return env steps per second
   */
  double stepsPerSecond(Double physicsStepsPerSecond) {
    double physics = physicsStepsPerSecond == null ? stepsAlone : physicsStepsPerSecond;
    return 1 / (1 / physics + flopPerEnvStep / flopPeak);
  }
}
