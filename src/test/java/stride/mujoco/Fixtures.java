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

  private Fixtures() {}

  static Model hopper() {
    return Model.load(Mujoco.assets().resolve("hopper.xml"));
  }

  static SimulationBatch hoppers(int simulations, int threads) {
    try (Model model = hopper()) {
      return new SimulationBatch(model, simulations, threads, false);
    }
  }
}
