package stride.lab;

import java.util.List;
import stride.learn.StageRow;

/**
 * What was measured with one number of environments and threads.
 *
 * @param envs environments
 * @param threads threads; with more of them than environments, one for each environment is used
 * @param numSteps env steps of each environment in an iteration
 * @param iterations measured iterations
 * @param physicsStepsPerSecond the limit: env steps per second of bare mj_step in C over the very
 *     actions and resets of the rollouts, the faster of two forms; null for tasks without MuJoCo
 * @param limitForm which form that was
 * @param rolloutStepsPerSecond env steps per second of whole rollouts, policy included
 * @param rolloutShare processor time of the limit over that of the rollout, median of paired
 *     iterations
 * @param rolloutShareWall the same by wall time
 * @param trainStepsPerSecond env steps per second of whole iterations of PPO
 * @param trainShare processor time of the limit over that of the iteration, median of paired
 *     iterations
 * @param trainShareWall the same by wall time
 * @param episodeLengthMean env steps of a finished episode, null if none finished
 * @param stages where the time of iterations went
 * @param stepMicros how long one step of a thread's environments took
 */
public record ProfileRow(
    int envs,
    int threads,
    int numSteps,
    int iterations,
    Double physicsStepsPerSecond,
    String limitForm,
    double rolloutStepsPerSecond,
    Double rolloutShare,
    Double rolloutShareWall,
    double trainStepsPerSecond,
    Double trainShare,
    Double trainShareWall,
    Double episodeLengthMean,
    List<StageRow> stages,
    Percentiles stepMicros) {}
