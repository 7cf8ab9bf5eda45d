package stride.mujoco;

import java.lang.foreign.MemorySegment;

/**
 * What a rollout did to its simulations: enough to do it again with bare {@code mj_step}.
 *
 * @param first [n, stateSize] doubles, states before the first step
 * @param last [n, stateSize] doubles, states after the last step
 * @param controls [horizon, n, nu] doubles
 * @param resets [horizon, n] ints: the row of {@code fresh} that started a new episode, -1 for none
 * @param fresh [resets, stateSize] doubles, states of new episodes
 * @param n simulations
 * @param horizon env steps
 * @param frameSkip physics steps per env step
 */
public record Tape(
    MemorySegment first,
    MemorySegment last,
    MemorySegment controls,
    MemorySegment resets,
    MemorySegment fresh,
    int n,
    int horizon,
    int frameSkip) {}
