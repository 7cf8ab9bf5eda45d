package stride.mujoco;

/** Small models, as text. */
final class Fixtures {
  /** One mass on a rail, pushed by one motor. */
  static final String SLIDER =
      """
      <mujoco>
        <option timestep="0.01" gravity="0 0 0"/>
        <worldbody>
          <body>
            <joint name="rail" type="slide" axis="1 0 0"/>
            <geom type="sphere" size="0.1" mass="2"/>
          </body>
        </worldbody>
        <actuator><motor joint="rail"/></actuator>
      </mujoco>
      """;

  /** MuJoCo compiles it for about a second: the time grows with the square of the bodies. */
  static final String SLOW =
      """
      <mujoco>
        <worldbody>
          <replicate count="1500"><body><geom size="0.1"/></body></replicate>
        </worldbody>
      </mujoco>
      """;

  private Fixtures() {}

  /** The slider with numbers of a user's, which are part of the state. */
  static String withUserData(int numbers) {
    return SLIDER.replace("<worldbody>", "<size nuserdata=\"" + numbers + "\"/><worldbody>");
  }

  static Model hopper() {
    return Model.load(Mujoco.assets().resolve("hopper.xml"));
  }

  static SimulationBatch hoppers(int simulations, int threads) {
    try (Model model = hopper()) {
      return new SimulationBatch(model, simulations, threads, false);
    }
  }
}
