// Stands in for libnvrtc.so.12 in tests on machines without a GPU: compiles CUDA C++ with g++ and
// cudaemu.h, which lies beside this library, and hands out the shared library as the cubin. Options
// other than definitions are for a GPU.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <libgen.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define EXPORT __attribute__((visibility("default")))

extern char** environ;

typedef enum {
  SUCCESS = 0,
  OUT_OF_MEMORY = 1,
  INVALID_INPUT = 3,
  INVALID_PROGRAM = 4,
  INVALID_OPTION = 5,
  COMPILATION = 6
} nvrtcResult;

typedef struct {
  char* data;
  size_t size;
} Bytes;

typedef struct {
  char* name;
  Bytes source;
  int headers;
  char **header_names, **header_sources;
  Bytes image, log;
}* nvrtcProgram;

// a version no NVRTC has: what is cached from this one is not mixed up with a GPU's
EXPORT nvrtcResult nvrtcVersion(int* major, int* minor) {
  *major = 12;
  *minor = 99;
  return SUCCESS;
}

EXPORT const char* nvrtcGetErrorString(nvrtcResult result) {
  switch (result) {
    case SUCCESS:
      return "NVRTC_SUCCESS";
    case OUT_OF_MEMORY:
      return "NVRTC_ERROR_OUT_OF_MEMORY";
    case INVALID_INPUT:
      return "NVRTC_ERROR_INVALID_INPUT";
    case INVALID_PROGRAM:
      return "NVRTC_ERROR_INVALID_PROGRAM";
    case INVALID_OPTION:
      return "NVRTC_ERROR_INVALID_OPTION";
    case COMPILATION:
      return "NVRTC_ERROR_COMPILATION";
  }
  return "NVRTC_ERROR unknown";
}

static const int architectures[] = {80, 89, 90};

EXPORT nvrtcResult nvrtcGetNumSupportedArchs(int* number) {
  *number = sizeof architectures / sizeof *architectures;
  return SUCCESS;
}

EXPORT nvrtcResult nvrtcGetSupportedArchs(int* list) {
  memcpy(list, architectures, sizeof architectures);
  return SUCCESS;
}

EXPORT nvrtcResult nvrtcCreateProgram(nvrtcProgram* made, const char* source, const char* name,
                                      int headers, const char* const* header_sources,
                                      const char* const* header_names) {
  if (!source || headers < 0) return INVALID_INPUT;
  nvrtcProgram program = calloc(1, sizeof *program);
  if (!program) return OUT_OF_MEMORY;
  program->name = strdup(name ? name : "default_program");
  program->source = (Bytes){strdup(source), strlen(source)};
  program->headers = headers;
  program->header_names = calloc((size_t)headers + 1, sizeof(char*));
  program->header_sources = calloc((size_t)headers + 1, sizeof(char*));
  for (int i = 0; i < headers; i++) {
    program->header_names[i] = strdup(header_names[i]);
    program->header_sources[i] = strdup(header_sources[i]);
  }
  program->log = (Bytes){strdup(""), 0};
  *made = program;
  return SUCCESS;
}

EXPORT nvrtcResult nvrtcDestroyProgram(nvrtcProgram* program) {
  if (!program || !*program) return INVALID_PROGRAM;
  nvrtcProgram p = *program;
  for (int i = 0; i < p->headers; i++) {
    free(p->header_names[i]);
    free(p->header_sources[i]);
  }
  free(p->header_names);
  free(p->header_sources);
  free(p->name);
  free(p->source.data);
  free(p->image.data);
  free(p->log.data);
  free(p);
  *program = NULL;
  return SUCCESS;
}

// ---- compiling ----

// "folder/name", to be freed
static char* join(const char* folder, const char* name) {
  char* path;
  if (asprintf(&path, "%s/%s", folder, name) < 0) abort();
  return path;
}

static bool write_file(const char* folder, const char* name, const char* text) {
  char* path = join(folder, name);
  FILE* file = fopen(path, "w");
  free(path);
  if (!file) return false;
  bool written = fputs(text, file) >= 0;
  return fclose(file) == 0 && written;
}

// ends in a 0 that is not counted
static Bytes read_file(const char* folder, const char* name) {
  char* path = join(folder, name);
  Bytes bytes = {NULL, 0};
  FILE* file = fopen(path, "r");
  free(path);
  if (!file) return bytes;
  fseek(file, 0, SEEK_END);
  bytes.size = (size_t)ftell(file);
  rewind(file);
  bytes.data = calloc(1, bytes.size + 1);
  if (bytes.data && fread(bytes.data, 1, bytes.size, file) != bytes.size) {
    free(bytes.data);
    bytes = (Bytes){NULL, 0};
  }
  fclose(file);
  return bytes;
}

static int remove_entry(const char* path, const struct stat* status, int type, struct FTW* place) {
  (void)status, (void)type, (void)place;
  return remove(path);
}

// the emulation, which lies beside this library
static char* emulation_header(void) {
  Dl_info info;
  if (!dladdr((void*)emulation_header, &info)) abort();
  char* library = strdup(info.dli_fname);
  char* header = join(dirname(library), "cudaemu.h");
  free(library);
  return header;
}

// runs g++ in the folder, with what it says in the file called log; its exit status
static int compile(const char* folder, const char* main_file, int options,
                   const char* const* option) {
  char* header = emulation_header();
  // -ffp-contract=off: every operation rounds by itself, so that results do not hang on what the
  // compiler fuses
  const char* fixed[] = {"g++",
                         "-std=c++17",
                         "-O2",
                         "-march=x86-64-v3",
                         "-ffp-contract=off",
                         "-w",
                         "-fno-diagnostics-color",
                         "-shared",
                         "-fPIC",
                         "-pthread",
                         "-x",
                         "c++",
                         "-include",
                         header,
                         "-I",
                         folder,
                         "-o",
                         "image"};
  size_t number = sizeof fixed / sizeof *fixed;
  char** arguments = calloc(number + (size_t)options + 2, sizeof(char*));
  if (!arguments) return -1;
  memcpy(arguments, fixed, sizeof fixed);
  for (int i = 0; i < options; i++)
    if (strncmp(option[i], "-D", 2) == 0) arguments[number++] = (char*)option[i];
  arguments[number] = (char*)main_file;
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addchdir_np(&actions, folder);
  posix_spawn_file_actions_addopen(&actions, 1, "log", O_WRONLY | O_CREAT | O_TRUNC, 0600);
  posix_spawn_file_actions_adddup2(&actions, 1, 2);
  pid_t child;
  int status = -1;
  if (posix_spawnp(&child, "g++", &actions, NULL, arguments, environ) == 0) {
    while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
  }
  posix_spawn_file_actions_destroy(&actions);
  free(arguments);
  free(header);
  return status;
}

EXPORT nvrtcResult nvrtcCompileProgram(nvrtcProgram program, int options,
                                       const char* const* option) {
  const char* temporary = getenv("TMPDIR");
  char* folder = join(temporary && *temporary ? temporary : "/tmp", "stride-nvrtc-XXXXXX");
  if (!mkdtemp(folder)) {
    free(folder);
    return OUT_OF_MEMORY;
  }
  bool written = write_file(folder, program->name, program->source.data);
  for (int i = 0; i < program->headers; i++)
    written &= write_file(folder, program->header_names[i], program->header_sources[i]);
  int status = written ? compile(folder, program->name, options, option) : -1;
  free(program->log.data);
  free(program->image.data);
  program->log = read_file(folder, "log");
  if (!program->log.data) program->log = (Bytes){strdup("g++ could not be started\n"), 25};
  program->image = status == 0 ? read_file(folder, "image") : (Bytes){NULL, 0};
  nftw(folder, remove_entry, 8, FTW_DEPTH | FTW_PHYS);
  free(folder);
  return program->image.data ? SUCCESS : COMPILATION;
}

// ---- results ----

EXPORT nvrtcResult nvrtcGetCUBINSize(nvrtcProgram program, size_t* size) {
  *size = program->image.size;
  return SUCCESS;
}

EXPORT nvrtcResult nvrtcGetCUBIN(nvrtcProgram program, char* image) {
  if (program->image.data) memcpy(image, program->image.data, program->image.size);
  return SUCCESS;
}

EXPORT nvrtcResult nvrtcGetProgramLogSize(nvrtcProgram program, size_t* size) {
  *size = program->log.size + 1;
  return SUCCESS;
}

EXPORT nvrtcResult nvrtcGetProgramLog(nvrtcProgram program, char* log) {
  memcpy(log, program->log.data, program->log.size + 1);
  return SUCCESS;
}

// there is no PTX here
EXPORT nvrtcResult nvrtcGetPTXSize(nvrtcProgram program, size_t* size) {
  (void)program;
  *size = 0;
  return SUCCESS;
}

EXPORT nvrtcResult nvrtcGetPTX(nvrtcProgram program, char* ptx) {
  (void)program, (void)ptx;
  return SUCCESS;
}
