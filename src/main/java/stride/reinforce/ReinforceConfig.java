package stride.reinforce;

import stride.optim.OptimizerKind;
import stride.ppo.UpdateConfig;
import stride.replay.Rounds;

/**
 * The configuration of REINFORCE apart from task, policy and threads; {@link
 * ReinforceOptions#config} checks the numbers.
 *
 * @param seed of actions and of the first parameters
 * @param rounds how looks for ended episodes alternate with steps
 * @param episodesPerUpdate the fewest episodes that are learnt from together
 * @param gamma discount
 * @param baseline whether values are learnt, and taken off the returns
 * @param normReturns whether what weighs the actions is standardised
 * @param update coefficients
 * @param optimizer what steps the parameters
 * @param annealLr whether the learning rate falls linearly to 0 over the run
 */
record ReinforceConfig(
    long seed,
    Rounds rounds,
    int episodesPerUpdate,
    double gamma,
    boolean baseline,
    boolean normReturns,
    UpdateConfig update,
    OptimizerKind optimizer,
    boolean annealLr) {}
