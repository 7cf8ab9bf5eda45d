// What Java cannot do itself with MuJoCo: trap its errors, keep its messages, read its structs by the
// installed headers, and replay a rollout with bare mj_step.
//
// Every function that can raise a MuJoCo error sets a trap first. The error's text comes back in the
// caller's buffer; nothing here ends the process or jumps over a Java frame.

#include <mujoco/mjbatch.h>
#include <mujoco/mujoco.h>

#include <math.h>
#include <pthread.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#define STRIDE_API __attribute__((visibility("default")))

// keeps loops out of functions with setjmp, so that none of their variables can be clobbered
#define SEPARATE __attribute__((noinline))

//---------------------------------- messages and errors -------------------------------------------

enum { MESSAGES = 64, MESSAGE_BYTES = 1024 };

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static char messages[MESSAGES][MESSAGE_BYTES];  // ring: the newest MESSAGES warnings not yet taken
static long long written, taken;

// where an error of this thread goes; NULL outside of guarded calls
typedef struct {
  jmp_buf jump;
  char* text;
  int size;
} Trap;
static _Thread_local Trap* trap;

static void keep_warning(const char* text) {
  pthread_mutex_lock(&lock);
  snprintf(messages[written % MESSAGES], MESSAGE_BYTES, "%s", text);
  written++;
  pthread_mutex_unlock(&lock);
}

static void on_message(const mjLogMessage* message) {
  if (message->level == mjLOG_ERROR && trap) {
    snprintf(trap->text, trap->size, "%s", message->subject);
    longjmp(trap->jump, 1);
  }
  if (message->level >= mjLOG_WARNING) keep_warning(message->subject);
}

// runs STATEMENT; an error in it makes the function return FAILED with the message in text
#define GUARDED(text_, size_, FAILED, STATEMENT) \
  do {                                           \
    Trap guard = {.text = text_, .size = size_}; \
    trap = &guard;                               \
    if (setjmp(guard.jump)) {                    \
      trap = NULL;                               \
      return FAILED;                             \
    }                                            \
    STATEMENT;                                   \
    trap = NULL;                                 \
  } while (0)

// Routes MuJoCo's messages to this library instead of the console and MUJOCO_LOG.TXT.
STRIDE_API void stride_take_over_log(void) { mju_setLogHandler(on_message); }

// Writes the oldest warning not yet taken; returns how many there were, 0: none, text unchanged.
STRIDE_API int stride_take_warning(char* text, int size) {
  pthread_mutex_lock(&lock);
  long long waiting = written - taken;
  if (waiting > MESSAGES) taken = written - MESSAGES;
  if (waiting > 0) snprintf(text, size, "%s", messages[taken++ % MESSAGES]);
  pthread_mutex_unlock(&lock);
  return (int)waiting;
}

// Raises a MuJoCo error on purpose; returns 1 with its text if the trap held.
STRIDE_API int stride_provoke_error(char* text, int size) {
  GUARDED(text, size, 1, mju_error("provoked error %d", 42));
  return 0;
}

//---------------------------------- models --------------------------------------------------------

STRIDE_API int stride_header_version(void) { return mjVERSION_HEADER; }

// Most numbers in an array that a model declares and does not hold, such as a texture of one color:
// some hundred times what models to learn on have. MuJoCo allocates and fills such arrays when it
// compiles, for minutes if need be, and ends the process where the memory does not suffice.
enum { MAX_DECLARED = 1 << 26 };

// Parses an MJCF file; NULL with the reason in text.
STRIDE_API mjSpec* stride_parse_model(const char* path, char* text, int size) {
  mjSpec* volatile spec = NULL;
  GUARDED(text, size, NULL, spec = mj_parseXML(path, NULL, text, size));
  return spec;
}

static const char* name_of(mjsElement* element) { return mjs_getString(mjs_getName(element)); }

static int64_t count(const mjSpec* s, mjtObj type) {
  int64_t elements = 0;
  for (mjsElement* e = mjs_firstElement(s, type); e; e = mjs_nextElement(s, e)) elements++;
  return elements;
}

// Whether number values for each of elements are too many; says so in text.
static int too_many(const char* name, int number, int64_t elements, char* text, int size) {
  if (number <= 0 || elements * number <= MAX_DECLARED) return 0;
  snprintf(text, size, "size: %s=%d, required: <= %lld", name, number,
           (long long)(MAX_DECLARED / elements));
  return 1;
}

static int has_large_sizes(const mjSpec* s, char* text, int size) {
  const struct {
    const char* name;
    int number;
    mjtObj type;
  } per_element[] = {
      {"nuser_body", s->nuser_body, mjOBJ_BODY},
      {"nuser_jnt", s->nuser_jnt, mjOBJ_JOINT},
      {"nuser_geom", s->nuser_geom, mjOBJ_GEOM},
      {"nuser_site", s->nuser_site, mjOBJ_SITE},
      {"nuser_cam", s->nuser_cam, mjOBJ_CAMERA},
      {"nuser_tendon", s->nuser_tendon, mjOBJ_TENDON},
      {"nuser_actuator", s->nuser_actuator, mjOBJ_ACTUATOR},
      {"nuser_sensor", s->nuser_sensor, mjOBJ_SENSOR},
  };
  for (size_t k = 0; k < sizeof per_element / sizeof *per_element; k++) {
    const int64_t elements = per_element[k].number > 0 ? count(s, per_element[k].type) : 0;
    if (too_many(per_element[k].name, per_element[k].number, elements, text, size)) return 1;
  }
  // a key has a time, and a position, a velocity and a control at most for what has them
  const int64_t key =
      s->nkey > 0 ? 1 + 2 * count(s, mjOBJ_JOINT) + count(s, mjOBJ_ACTUATOR) : 0;
  return too_many("nkey", s->nkey, key, text, size) ||
         too_many("nuserdata", s->nuserdata, 1, text, size);
}

// Whether a model declares larger arrays than are accepted; says which in text. Height fields have
// been looked at before: MuJoCo allocates them when it parses.
STRIDE_API int stride_is_oversized(const mjSpec* s, char* text, int size) {
  for (mjsElement* e = mjs_firstElement(s, mjOBJ_TEXTURE); e; e = mjs_nextElement(s, e)) {
    const mjsTexture* texture = mjs_asTexture(e);
    if ((int64_t)texture->width * texture->height > MAX_DECLARED) {
      snprintf(text, size, "texture %s: width=%d, height=%d, required: width * height <= %d",
               name_of(e), texture->width, texture->height, MAX_DECLARED);
      return 1;
    }
  }
  return has_large_sizes(s, text, size);
}

// Compiles a parsed model and deletes what was parsed; NULL with the reason in text. After an error
// that was trapped nobody knows in what state that is, so then it stays.
STRIDE_API mjModel* stride_compile_model(mjSpec* s, char* text, int size) {
  mjModel* volatile model = NULL;
  GUARDED(text, size, NULL, model = mj_compile(s, NULL));
  if (!model) snprintf(text, size, "%s", mjs_getError(s));
  mj_deleteSpec(s);
  return model;
}

STRIDE_API int stride_model_nq(const mjModel* m) { return (int)m->nq; }
STRIDE_API int stride_model_nv(const mjModel* m) { return (int)m->nv; }
STRIDE_API int stride_model_nu(const mjModel* m) { return (int)m->nu; }
STRIDE_API int stride_model_state_size(const mjModel* m) {
  return mj_stateSize(m, mjSTATE_INTEGRATION);
}
STRIDE_API double stride_model_timestep(const mjModel* m) { return m->opt.timestep; }

STRIDE_API int stride_model_njnt(const mjModel* m) { return (int)m->njnt; }

// Writes the name of joint i, empty if it has none.
STRIDE_API void stride_model_joint(const mjModel* m, int i, char* text, int size) {
  const char* name = mj_id2name(m, mjOBJ_JOINT, i);
  snprintf(text, size, "%s", name ? name : "");
}

// Copies the control range of actuator i: low, high; without a limit -inf, inf.
STRIDE_API void stride_model_ctrlrange(const mjModel* m, int i, double* range) {
  range[0] = m->actuator_ctrllimited[i] ? m->actuator_ctrlrange[2 * i] : -INFINITY;
  range[1] = m->actuator_ctrllimited[i] ? m->actuator_ctrlrange[2 * i + 1] : INFINITY;
}

//---------------------------------- batches -------------------------------------------------------

STRIDE_API mjBatch* stride_make_batch(const mjModel* m, int nsim, int nthread, int persistent,
                                      char* text, int size) {
  mjBatchConfig config;
  mjb_defaultConfig(&config);
  config.nthread = nthread;
  config.persistent = persistent != 0;
  mjBatch* volatile batch = NULL;
  GUARDED(text, size, NULL, batch = mjb_makeBatch(m, nsim, &config, text, size));
  return batch;
}

// Resets all simulations to the model's defaults; returns the number that failed, -1: trapped.
STRIDE_API int stride_reset_batch(mjBatch* b, char* text, int size) {
  volatile int failed = 0;
  GUARDED(text, size, -1, failed = mjb_reset(b, NULL, 0, NULL, mjSTAGE_NONE));
  return failed;
}

// Advances all simulations by nstep physics steps; returns the number that failed, -1: trapped.
STRIDE_API int stride_step_batch(mjBatch* b, int nstep, char* text, int size) {
  volatile int failed = 0;
  GUARDED(text, size, -1, failed = mjb_step(b, NULL, 0, nstep, mjSTAGE_NONE));
  return failed;
}

// warnings after which MuJoCo has reset the state or dropped the controls by itself
STRIDE_API int stride_first_bad_warning(void) { return mjWARN_BADQPOS; }
STRIDE_API int stride_last_bad_warning(void) { return mjWARN_BADCTRL; }
STRIDE_API int stride_warning_kinds(void) { return mjNWARNING; }
STRIDE_API int stride_warning_bytes(void) { return sizeof(mjWarningStat); }
STRIDE_API int stride_warning_number_offset(void) { return offsetof(mjWarningStat, number); }

_Static_assert(mjWARN_BADQVEL == mjWARN_BADQPOS + 1 && mjWARN_BADQACC == mjWARN_BADQPOS + 2 &&
                   mjWARN_BADCTRL == mjWARN_BADQPOS + 3,
               "the bad-number warnings are consecutive");

//---------------------------------- the limit -----------------------------------------------------

// What a rollout of n simulations over horizon steps did; rows are nstate doubles (mjSTATE_INTEGRATION).
typedef struct {
  const double* first;     // (n x nstate) states before the first step
  const double* last;      // (n x nstate) states after the last step
  const double* controls;  // (horizon x n x nu)
  const int* resets;       // (horizon x n) row of fresh that started a new episode, -1: none
  const double* fresh;     // (nfresh x nstate)
  int nfresh, n, horizon, frame_skip;
} Tape;

static int same_rows(const mjModel* m, mjData* d, const double* expected, double* row, int nstate) {
  mj_getState(m, d, row, mjSTATE_INTEGRATION);
  return memcmp(row, expected, nstate * sizeof(double)) == 0;
}

// Replays simulations [from, to) of a tape with one mjData each; returns how many ended elsewhere.
// row (nstate) is scratch: user data alone can make it larger than a stack.
SEPARATE static int replay_per_simulation(const mjModel* m, mjData** data, double* row,
                                          const Tape* tape, int from, int to) {
  const int nstate = mj_stateSize(m, mjSTATE_INTEGRATION);
  for (int i = from; i < to; i++) {
    mj_setState(m, data[i - from], tape->first + (long)i * nstate, mjSTATE_INTEGRATION);
  }

  for (int t = 0; t < tape->horizon; t++) {
    for (int i = from; i < to; i++) {
      mjData* d = data[i - from];
      const long at = (long)t * tape->n + i;
      memcpy(d->ctrl, tape->controls + at * m->nu, m->nu * sizeof(double));
      for (int k = 0; k < tape->frame_skip; k++) mj_step(m, d);
      if (tape->resets[at] >= 0) {
        mj_setState(m, d, tape->fresh + (long)tape->resets[at] * nstate, mjSTATE_INTEGRATION);
      }
    }
  }

  int different = 0;
  for (int i = from; i < to; i++) {
    different += !same_rows(m, data[i - from], tape->last + (long)i * nstate, row, nstate);
  }
  return different;
}

// The same with one mjData for all, which stays in the core's cache; rows (n x nstate) is scratch.
SEPARATE static int replay_hot(const mjModel* m, mjData* d, double* rows, const Tape* tape, int from,
                      int to) {
  const int nstate = mj_stateSize(m, mjSTATE_INTEGRATION);
  memcpy(rows, tape->first + (long)from * nstate, (long)(to - from) * nstate * sizeof(double));

  for (int t = 0; t < tape->horizon; t++) {
    for (int i = from; i < to; i++) {
      double* row = rows + (long)(i - from) * nstate;
      const long at = (long)t * tape->n + i;
      mj_setState(m, d, row, mjSTATE_INTEGRATION);
      memcpy(d->ctrl, tape->controls + at * m->nu, m->nu * sizeof(double));
      for (int k = 0; k < tape->frame_skip; k++) mj_step(m, d);
      if (tape->resets[at] >= 0) {
        memcpy(row, tape->fresh + (long)tape->resets[at] * nstate, nstate * sizeof(double));
      } else {
        mj_getState(m, d, row, mjSTATE_INTEGRATION);
      }
    }
  }

  int different = 0;
  for (int i = from; i < to; i++) {
    different += memcmp(rows + (long)(i - from) * nstate, tape->last + (long)i * nstate,
                        nstate * sizeof(double)) != 0;
  }
  return different;
}

// Whether all resets of simulations [from, to) point into the fresh rows.
SEPARATE static int resets_are_valid(const Tape* tape, int from, int to) {
  for (int t = 0; t < tape->horizon; t++) {
    for (int i = from; i < to; i++) {
      if (tape->resets[(long)t * tape->n + i] >= tape->nfresh) return 0;
    }
  }
  return 1;
}

// Replays simulations [from, to); hot: one mjData (data[0]), else one each; rows (to - from x nstate)
// is scratch.
// Returns the number whose final state differs in any bit, -1: a MuJoCo error, its text written.
STRIDE_API int stride_replay(const mjModel* m, mjData** data, double* rows, int hot,
                             const double* first, const double* last, const double* controls,
                             const int* resets, const double* fresh, int nfresh, int n,
                             int horizon, int frame_skip, int from, int to, char* text, int size) {
  const Tape tape = {first, last, controls, resets, fresh, nfresh, n, horizon, frame_skip};
  if (!resets_are_valid(&tape, from, to)) {
    snprintf(text, size, "a reset of the tape lies outside of its fresh states");
    return -1;
  }
  volatile int different = 0;
  GUARDED(text, size, -1,
          different = hot ? replay_hot(m, data[0], rows, &tape, from, to)
                          : replay_per_simulation(m, data, rows, &tape, from, to));
  return different;
}

STRIDE_API mjData* stride_make_data(const mjModel* m, char* text, int size) {
  mjData* volatile data = NULL;
  GUARDED(text, size, NULL, data = mj_makeData(m));
  return data;
}
