package stride.learn;

import stride.files.OrNull;

/**
 * One line of a stage table; made by {@link StageTimes}.
 *
 * @param stage name of the stage; inner ones as {@code rollout.physics}
 * @param hits how often it was done, over all threads
 * @param totalSeconds wall time in it; of inner stages the mean over the threads that do them
 * @param nanosPerHit mean time of one hit; null without a hit
 * @param nanosPerEnvStep total per env step of all threads
 * @param percent of the wall time
 */
public record StageRow(
    String stage,
    long hits,
    double totalSeconds,
    @OrNull Double nanosPerHit,
    double nanosPerEnvStep,
    double percent) {}
