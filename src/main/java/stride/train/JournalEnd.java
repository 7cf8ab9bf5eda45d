package stride.train;

/**
 * The newest file of rows that a checkpoint needs.
 *
 * @param iteration in the file's name
 * @param digest of the file
 */
public record JournalEnd(long iteration, String digest) {}
