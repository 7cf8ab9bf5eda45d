package stride.results;

import stride.files.OrNull;

/**
 * Some iterations and replays of their rollouts: env steps per second of each, all env steps over
 * all the time that they took.
 *
 * @param physicsStepsPerSecond of the limit; null for tasks without MuJoCo
 * @param rolloutStepsPerSecond of rollouts
 * @param trainStepsPerSecond of whole iterations
 */
public record ProfileWindow(
    @OrNull Double physicsStepsPerSecond,
    double rolloutStepsPerSecond,
    double trainStepsPerSecond) {}
