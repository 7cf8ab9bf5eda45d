package stride.env;

import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import stride.ale.Cartridge;
import stride.memory.ByteSlab;
import stride.memory.DoubleSlab;
import stride.memory.FloatSlab;
import stride.memory.IntSlab;
import stride.random.RandomStream;

/** Environments of an Atari game: an emulator each. */
final class AtariRows extends FrameRows {
  private final ActionSpace.Discrete space;
  private final AtariOptions options;
  private final Arena arena = Arena.ofShared();
  private final List<AtariGame> games = new ArrayList<>(); // [n]
  private final int[] codes; // of the emulator, by action
  private final IntSlab chosen; // [n] actions
  private final DoubleSlab scores; // [n]
  private final AreaResize resize;

  AtariRows(EnvSpec spec, Cartridge game, AtariOptions options, int numEnvs) {
    this.space = (ActionSpace.Discrete) spec.actionSpace();
    this.options = options;
    this.chosen = IntSlab.allocate(arena, numEnvs);
    this.scores = DoubleSlab.allocate(arena, numEnvs);
    try {
      for (int row = 0; row < numEnvs; row++) {
        games.add(new AtariGame(arena, game, options));
      }
      var emulator = games.getFirst().emulator();
      this.codes = emulator.minimalActions();
      if (codes.length != space.n()) {
        throw new IllegalStateException(
            "%s has %d actions, required: %d".formatted(game.name(), codes.length, space.n()));
      }
      this.resize = new AreaResize(emulator.height(), emulator.width(), options.frameSize());
    } catch (RuntimeException | Error e) {
      close();
      throw e;
    }
  }

  AtariGame game(int row) {
    return games.get(row);
  }

  @Override
  int stateSize() {
    return games.getFirst().stateSize();
  }

  @Override
  void reset(int row, RandomStream random) {
    games.get(row).reset(random);
  }

  @Override
  void act(IntSlab actions, long at) {
    Objects.checkFromIndexSize(at, games.size(), actions.length());
    for (int row = 0; row < games.size(); row++) {
      final int action = actions.get(at + row);
      if (action < 0 || action >= codes.length) {
        throw new IllegalArgumentException(
            "row %d: action=%d, required: in [0, %d]".formatted(row, action, codes.length - 1));
      }
      chosen.set(row, action);
    }
  }

  @Override
  void act(FloatSlab actions, long at) {
    throw wrongActions("float", space);
  }

  @Override
  void act(DoubleSlab actions, long at) {
    throw wrongActions("double", space);
  }

  @Override
  void advance() {
    for (int row = 0; row < games.size(); row++) {
      games.get(row).step(codes[chosen.get(row)]);
    }
  }

  @Override
  void reward(DoubleSlab rewards, ByteSlab terminated) {
    for (int row = 0; row < games.size(); row++) {
      final AtariGame game = games.get(row);
      scores.set(row, game.reward());
      rewards.set(row, options.reward(game.reward()));
      terminated.set(row, (byte) (game.isOver() ? 1 : 0));
    }
  }

  @Override
  DoubleSlab scores(DoubleSlab rewards) {
    return scores;
  }

  @Override
  void findBad(ByteSlab bad) {
    bad.clear(); // an emulator does not diverge
  }

  @Override
  String failure(int row) {
    return "";
  }

  @Override
  void observe(int row, ByteSlab out, long at) {
    resize.resize(games.get(row).seen(), out, at);
  }

  @Override
  void save(int row, DoubleSlab to, long at) {
    games.get(row).save(to, at);
  }

  @Override
  void restore(int row, DoubleSlab from, long at) {
    games.get(row).restore(from, at);
  }

  @Override
  public void close() {
    games.forEach(AtariGame::close);
    if (arena.scope().isAlive()) {
      arena.close();
    }
  }
}
