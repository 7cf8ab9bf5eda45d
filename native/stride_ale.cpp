// A C face of the Arcade Learning Environment, for Java.
//
// Every function that can throw is guarded: it returns 0, or FAILED with the reason in the caller's
// text. What ends the process instead of throwing is kept from happening: a cartridge that is none
// of the ALE's must not come here (stride.ale looks at the file first), and actions are checked.

#include <algorithm>
#include <climits>
#include <cstdio>
#include <cstring>
#include <exception>
#include <string>

#include "ale/ale_interface.hpp"
#include "ale/common/ColourPalette.hpp"
#include "ale/environment/ale_state.hpp"

#define STRIDE_API extern "C" __attribute__((visibility("default")))

namespace {

constexpr int FAILED = -1;

void keep(const char* reason, char* text, int size) { std::snprintf(text, size, "%s", reason); }

// Runs a statement; what it throws becomes FAILED and a text. The emulator also throws plain texts.
template <class Statement>
int guarded(char* text, int size, Statement statement) {
  try {
    statement();
    return 0;
  } catch (const std::exception& e) {
    keep(e.what(), text, size);
  } catch (const char* reason) {
    keep(reason, text, size);
  } catch (...) {
    keep("unknown error", text, size);
  }
  return FAILED;
}

int refused(const char* reason, char* text, int size) {
  keep(reason, text, size);
  return FAILED;
}

// The action that a sticky one repeats, and how strongly it turns a paddle, are private and no part
// of the ALE's saved state; before the first action the latter is not even set. Explicit
// instantiations may name private members, so that one of them can hand out where they lie.
ale::Action& last_action(ale::StellaEnvironment& environment);
float& last_strength(ale::StellaEnvironment& environment);
template <ale::Action ale::StellaEnvironment::* action, float ale::StellaEnvironment::* strength>
struct Reach {
  friend ale::Action& last_action(ale::StellaEnvironment& environment) {
    return environment.*action;
  }
  friend float& last_strength(ale::StellaEnvironment& environment) {
    return environment.*strength;
  }
};
template struct Reach<&ale::StellaEnvironment::m_player_a_action,
                      &ale::StellaEnvironment::m_paddle_a_strength>;

constexpr float STRENGTH = 1;  // of all actions

// All that the next frames depend on: the ALE's own state with its random generator, which is text
// and numbers, and in the last byte the action that a sticky one repeats.
std::string saved(ale::ALEInterface& a) {
  std::string bytes = a.cloneState(/*include_rng=*/true).serialize();
  bytes.push_back(static_cast<char>(last_action(*a.environment)));
  return bytes;
}

}  // namespace

// The version of the ALE that this was built with, such as 0.12.1.
STRIDE_API const char* stride_ale_version() { return ALE_VERSION; }

// An emulator without a game; NULL with the reason in text.
STRIDE_API ale::ALEInterface* stride_ale_new(char* text, int size) {
  ale::ALEInterface* made = nullptr;
  guarded(text, size, [&] {
    // else it greets on the standard error
    ale::Logger::setMode(ale::Logger::Error);
    made = new ale::ALEInterface();
  });
  return made;
}

STRIDE_API void stride_ale_delete(ale::ALEInterface* a) { delete a; }

// Settings hold from the next stride_ale_load_rom on.
STRIDE_API int stride_ale_set_int(ale::ALEInterface* a, const char* key, int value, char* text,
                                  int size) {
  return guarded(text, size, [&] { a->setInt(key, value); });
}

STRIDE_API int stride_ale_set_float(ale::ALEInterface* a, const char* key, float value, char* text,
                                    int size) {
  return guarded(text, size, [&] { a->setFloat(key, value); });
}

STRIDE_API int stride_ale_set_bool(ale::ALEInterface* a, const char* key, int value, char* text,
                                   int size) {
  return guarded(text, size, [&] { a->setBool(key, value != 0); });
}

STRIDE_API int stride_ale_set_string(ale::ALEInterface* a, const char* key, const char* value,
                                     char* text, int size) {
  return guarded(text, size, [&] { a->setString(key, value); });
}

// Loads a game and begins it. Ends the process on a file that is no game the ALE knows.
STRIDE_API int stride_ale_load_rom(ale::ALEInterface* a, const char* path, char* text, int size) {
  return guarded(text, size, [&] { a->loadROM(path); });
}

// The functions below need a game.

// Begins the random numbers of sticky actions anew.
STRIDE_API int stride_ale_seed(ale::ALEInterface* a, unsigned seed, char* text, int size) {
  return guarded(text, size, [&] { a->environment->getEnvironmentRNG().seed(seed); });
}

// Begins the game anew; random numbers go on.
STRIDE_API int stride_ale_reset(ale::ALEInterface* a, char* text, int size) {
  return guarded(text, size, [&] { a->reset_game(); });
}

// Emulates a frame; its reward goes to reward.
STRIDE_API int stride_ale_act(ale::ALEInterface* a, int action, int* reward, char* text, int size) {
  if (action < ale::PLAYER_A_NOOP || action > ale::PLAYER_A_DOWNLEFTFIRE) {
    return refused("no such action", text, size);
  }
  return guarded(text, size, [&] { *reward = a->act(static_cast<ale::Action>(action), STRENGTH); });
}

STRIDE_API int stride_ale_game_over(ale::ALEInterface* a) { return a->game_over(false); }

STRIDE_API int stride_ale_lives(ale::ALEInterface* a, int* lives, char* text, int size) {
  return guarded(text, size, [&] { *lives = a->lives(); });
}

// Writes the actions that matter in the game; returns how many there are, however few fit.
STRIDE_API int stride_ale_minimal_actions(ale::ALEInterface* a, int* actions, int capacity,
                                          char* text, int size) {
  int count = 0;
  const int status = guarded(text, size, [&] {
    for (ale::Action action : a->getMinimalActionSet()) {
      if (count < capacity) actions[count] = action;
      count++;
    }
  });
  return status == 0 ? count : FAILED;
}

STRIDE_API int stride_ale_width(ale::ALEInterface* a) {
  return static_cast<int>(a->getScreen().width());
}

STRIDE_API int stride_ale_height(ale::ALEInterface* a) {
  return static_cast<int>(a->getScreen().height());
}

// The screen in gray: [height, width] bytes.
STRIDE_API void stride_ale_gray(ale::ALEInterface* a, unsigned char* gray) {
  const ale::ALEScreen& screen = a->getScreen();
  a->theOSystem->colourPalette().applyPaletteGrayscale(gray, screen.getArray(),
                                                       screen.arraySize());
}

// The screen in colour: [height, width, 3] bytes: red, green, blue.
STRIDE_API void stride_ale_rgb(ale::ALEInterface* a, unsigned char* rgb) {
  const ale::ALEScreen& screen = a->getScreen();
  a->theOSystem->colourPalette().applyPaletteRGB(rgb, screen.getArray(), screen.arraySize());
}

// Overwrites a by the larger of a and b, byte by byte.
STRIDE_API void stride_ale_brighter(unsigned char* a, const unsigned char* b, int count) {
  for (int k = 0; k < count; k++) a[k] = std::max(a[k], b[k]);
}

// Writes all that the next frames depend on; returns its length in bytes, however few fit, or
// FAILED.
STRIDE_API int stride_ale_save(ale::ALEInterface* a, unsigned char* bytes, int capacity, char* text,
                               int size) {
  int length = 0;
  const int status = guarded(text, size, [&] {
    const std::string state = saved(*a);
    length = static_cast<int>(state.size());
    std::memcpy(bytes, state.data(), std::min(length, capacity));
  });
  return status == 0 ? length : FAILED;
}

// Goes on from what stride_ale_save wrote of the same game.
STRIDE_API int stride_ale_restore(ale::ALEInterface* a, const unsigned char* bytes, int length,
                                  char* text, int size) {
  if (length < 1 || bytes[length - 1] > ale::PLAYER_A_DOWNLEFTFIRE) {
    return refused("this is no saved state", text, size);
  }
  const std::string state(reinterpret_cast<const char*>(bytes), length);
  bool same = false;
  const int status = guarded(text, size, [&] {
    a->restoreState(ale::ALEState(state.substr(0, length - 1)));
    last_action(*a->environment) = static_cast<ale::Action>(bytes[length - 1]);
    last_strength(*a->environment) = STRENGTH;
    // the devices pass over what is not theirs without a word
    same = saved(*a) == state;
  });
  return status != 0 || same ? status : refused("this is no saved state of the game", text, size);
}
