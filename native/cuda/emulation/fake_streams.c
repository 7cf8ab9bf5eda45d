// The fake driver's streams, events and graphs: see fake_driver.h.
#define _GNU_SOURCE
#include <pthread.h>
#include <stdlib.h>
#include <time.h>

#include "fake_driver.h"

typedef struct Task {
  struct Task* next;
  Operation operation;
} Task;

// a captured graph and what is instantiated from it are the same operations, counted by reference
typedef struct {
  int references;
  Task *first, *last;
} Graph;

// each stream has a thread that does its operations in order, so that a forgotten synchronisation
// shows
struct Stream {
  Stream* next;
  pthread_t thread;
  Task *first, *last;
  long put, done;
  bool stop;
  Graph* capturing;  // null unless operations are captured
  bool invalidated;
};

typedef struct {
  struct timespec time;
  long recorded, reached;  // how often it was recorded, and the last record the device has come to
  Stream* captured;        // recorded last under capture of this stream
} Event;

// one lock and one condition for all streams: simple, and fast enough for tests
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static Stream* streams;

static void dispose(Task* task) {
  if (task->operation.dispose) task->operation.dispose(task->operation.argument);
  free(task);
}

static void* work(void* argument) {
  Stream* stream = argument;
  pthread_mutex_lock(&mutex);
  for (;;) {
    while (!stream->first && !stream->stop) pthread_cond_wait(&changed, &mutex);
    Task* task = stream->first;
    if (!task) break;
    stream->first = task->next;
    if (!stream->first) stream->last = NULL;
    pthread_mutex_unlock(&mutex);
    random_delay();
    if (sticky() == SUCCESS)
      task->operation.run(task->operation.argument);  // a lost device does nothing more
    dispose(task);
    pthread_mutex_lock(&mutex);
    stream->done++;
    pthread_cond_broadcast(&changed);
  }
  pthread_mutex_unlock(&mutex);
  return NULL;
}

static bool known(Stream* stream) {
  Stream* s = streams;
  while (s && s != stream) s = s->next;
  return s != NULL;
}

static void append(Task** first, Task** last, Task* task) {
  if (*last)
    (*last)->next = task;
  else
    *first = task;
  *last = task;
}

// the default stream is refused: code that uses it by mistake waits for nothing, or for everything
CUresult enqueue(Stream* stream, Operation operation) {
  Task* task = malloc(sizeof *task);
  if (!task) abort();
  *task = (Task){.operation = operation};
  pthread_mutex_lock(&mutex);
  CUresult result = SUCCESS;
  if (!known(stream)) {
    result = INVALID_HANDLE;
  } else if (stream->invalidated) {
    result = CAPTURE_INVALIDATED;
  } else if (stream->capturing) {
    append(&stream->capturing->first, &stream->capturing->last, task);
    count(CAPTURED, 1);
  } else {
    append(&stream->first, &stream->last, task);
    stream->put++;
    pthread_cond_broadcast(&changed);
  }
  pthread_mutex_unlock(&mutex);
  if (result) dispose(task);
  return result;
}

bool is_capturing(Stream* stream) {
  pthread_mutex_lock(&mutex);
  bool capturing = known(stream) && stream->capturing;
  pthread_mutex_unlock(&mutex);
  return capturing;
}

bool any_capturing(void) {
  pthread_mutex_lock(&mutex);
  bool capturing = false;
  for (Stream* s = streams; s; s = s->next) capturing |= s->capturing != NULL;
  pthread_mutex_unlock(&mutex);
  return capturing;
}

void drain_all(void) {
  pthread_mutex_lock(&mutex);
  for (Stream* s = streams; s; s = s->next)
    while (s->done < s->put) pthread_cond_wait(&changed, &mutex);
  pthread_mutex_unlock(&mutex);
}

// ---- streams ----

EXPORT CUresult cuStreamCreate(Stream** made, unsigned flags) {
  (void)flags;
  RETURN_UNLESS_USABLE();
  Stream* stream = calloc(1, sizeof *stream);
  if (!stream) return OUT_OF_MEMORY;
  pthread_mutex_lock(&mutex);
  stream->next = streams;
  streams = stream;
  pthread_mutex_unlock(&mutex);
  if (pthread_create(&stream->thread, NULL, work, stream)) abort();
  count(LIVE_STREAMS, 1);
  *made = stream;
  return SUCCESS;
}

EXPORT CUresult cuStreamDestroy_v2(Stream* stream) {
  pthread_mutex_lock(&mutex);
  if (!known(stream)) {
    pthread_mutex_unlock(&mutex);
    return sticky() ? sticky() : INVALID_HANDLE;
  }
  stream->stop = true;
  pthread_cond_broadcast(&changed);
  pthread_mutex_unlock(&mutex);
  pthread_join(stream->thread, NULL);
  pthread_mutex_lock(&mutex);
  Stream** link = &streams;
  while (*link != stream) link = &(*link)->next;
  *link = stream->next;
  pthread_mutex_unlock(&mutex);
  free(stream);
  count(LIVE_STREAMS, -1);
  return sticky();
}

EXPORT CUresult cuStreamSynchronize(Stream* stream) {
  RETURN_UNLESS_USABLE();
  count(SYNCHRONIZATIONS, 1);
  pthread_mutex_lock(&mutex);
  CUresult result = !known(stream)      ? INVALID_HANDLE
                    : stream->capturing ? CAPTURE_UNSUPPORTED
                                        : SUCCESS;
  if (result == CAPTURE_UNSUPPORTED) stream->invalidated = true;
  if (result == SUCCESS)
    while (stream->done < stream->put) pthread_cond_wait(&changed, &mutex);
  pthread_mutex_unlock(&mutex);
  return result ? result : sticky();
}

EXPORT CUresult cuStreamQuery(Stream* stream) {
  RETURN_UNLESS_USABLE();
  pthread_mutex_lock(&mutex);
  CUresult result = !known(stream)               ? INVALID_HANDLE
                    : stream->capturing          ? CAPTURE_UNSUPPORTED
                    : stream->done < stream->put ? NOT_READY
                                                 : SUCCESS;
  pthread_mutex_unlock(&mutex);
  return result;
}

// ---- events ----

typedef struct {
  Event* event;
  long record;
} Mark;

static void reach(void* argument) {
  Mark* mark = argument;
  pthread_mutex_lock(&mutex);
  clock_gettime(CLOCK_MONOTONIC, &mark->event->time);
  mark->event->reached = mark->record;
  pthread_cond_broadcast(&changed);
  pthread_mutex_unlock(&mutex);
}

static void await(void* argument) {
  Mark* mark = argument;
  pthread_mutex_lock(&mutex);
  while (mark->event->reached < mark->record && sticky() == SUCCESS) {
    struct timespec soon;
    clock_gettime(CLOCK_REALTIME, &soon);
    soon.tv_nsec += 10000000;  // looks again, for the device may have been lost
    if (soon.tv_nsec >= 1000000000) soon.tv_sec++, soon.tv_nsec -= 1000000000;
    pthread_cond_timedwait(&changed, &mutex, &soon);
  }
  pthread_mutex_unlock(&mutex);
}

static CUresult enqueue_mark(Stream* stream, Event* event, void (*run)(void*)) {
  Mark mark = {event, event->recorded};
  return enqueue(stream, (Operation){run, free, copy_of(&mark, sizeof mark)});
}

EXPORT CUresult cuEventCreate(Event** event, unsigned flags) {
  (void)flags;
  RETURN_UNLESS_USABLE();
  *event = calloc(1, sizeof **event);
  count(LIVE_EVENTS, 1);
  return SUCCESS;
}

EXPORT CUresult cuEventDestroy_v2(Event* event) {
  drain_all();  // a stream may still have to come to it
  free(event);
  count(LIVE_EVENTS, -1);
  return sticky();
}

// under capture an event is a point in the graph, and has no time
EXPORT CUresult cuEventRecord(Event* event, Stream* stream) {
  RETURN_UNLESS_USABLE();
  event->captured = is_capturing(stream) ? stream : NULL;
  if (event->captured) return SUCCESS;
  event->recorded++;
  return enqueue_mark(stream, event, reach);
}

// graphs here are chains: other streams cannot be forked into a capture
EXPORT CUresult cuStreamWaitEvent(Stream* stream, Event* event, unsigned flags) {
  (void)flags;
  RETURN_UNLESS_USABLE();
  if (is_capturing(stream)) return event->captured == stream ? SUCCESS : CAPTURE_UNSUPPORTED;
  if (event->captured) return CAPTURE_UNSUPPORTED;
  return enqueue_mark(stream, event, await);
}

EXPORT CUresult cuEventSynchronize(Event* event) {
  RETURN_UNLESS_USABLE();
  if (event->captured) return CAPTURE_UNSUPPORTED;
  count(SYNCHRONIZATIONS, 1);
  Mark mark = {event, event->recorded};
  await(&mark);
  return sticky();
}

EXPORT CUresult cuEventQuery(Event* event) {
  RETURN_UNLESS_USABLE();
  if (event->captured) return CAPTURE_UNSUPPORTED;
  pthread_mutex_lock(&mutex);
  CUresult result = event->reached < event->recorded ? NOT_READY : SUCCESS;
  pthread_mutex_unlock(&mutex);
  return result;
}

EXPORT CUresult cuEventElapsedTime(float* milliseconds, Event* from, Event* to) {
  RETURN_UNLESS_USABLE();
  if (from->recorded == 0 || to->recorded == 0 || from->captured || to->captured)
    return INVALID_HANDLE;
  if (from->reached < from->recorded || to->reached < to->recorded) return NOT_READY;
  *milliseconds = (float)((double)(to->time.tv_sec - from->time.tv_sec) * 1e3 +
                          (double)(to->time.tv_nsec - from->time.tv_nsec) * 1e-6);
  return SUCCESS;
}

// ---- graphs ----

static void release(void* argument) {
  Graph* graph = argument;
  pthread_mutex_lock(&mutex);
  bool last = --graph->references == 0;
  pthread_mutex_unlock(&mutex);
  if (!last) return;
  for (Task *task = graph->first, *next; task; task = next) {
    next = task->next;
    dispose(task);
  }
  free(graph);
}

static void retain(Graph* graph) {
  pthread_mutex_lock(&mutex);
  graph->references++;
  pthread_mutex_unlock(&mutex);
}

EXPORT CUresult cuStreamBeginCapture_v2(Stream* stream, int mode) {
  (void)mode;
  RETURN_UNLESS_USABLE();
  Graph* graph = calloc(1, sizeof *graph);
  if (!graph) return OUT_OF_MEMORY;
  graph->references = 1;
  pthread_mutex_lock(&mutex);
  CUresult result = !known(stream)      ? INVALID_HANDLE
                    : stream->capturing ? CAPTURE_UNSUPPORTED
                                        : SUCCESS;
  if (result == SUCCESS) stream->capturing = graph;
  pthread_mutex_unlock(&mutex);
  if (result) free(graph);
  return result;
}

EXPORT CUresult cuStreamEndCapture(Stream* stream, Graph** graph) {
  pthread_mutex_lock(&mutex);
  Graph* captured = known(stream) ? stream->capturing : NULL;
  bool invalidated = captured && stream->invalidated;
  if (captured) {
    stream->capturing = NULL;
    stream->invalidated = false;
  }
  pthread_mutex_unlock(&mutex);
  *graph = NULL;
  if (!captured) return sticky() ? sticky() : CAPTURE_UNMATCHED;
  if (invalidated || sticky()) {
    release(captured);
    return sticky() ? sticky() : CAPTURE_INVALIDATED;
  }
  count(LIVE_GRAPHS, 1);
  *graph = captured;
  return SUCCESS;
}

EXPORT CUresult cuStreamIsCapturing(Stream* stream, int* status) {
  *status = is_capturing(stream);
  return SUCCESS;
}

EXPORT CUresult cuGraphInstantiateWithFlags(Graph** executable, Graph* graph,
                                            unsigned long long flags) {
  (void)flags;
  RETURN_UNLESS_USABLE();
  retain(graph);
  count(LIVE_GRAPHS, 1);
  *executable = graph;
  return SUCCESS;
}

static void run_graph(void* argument) {
  Graph* graph = argument;
  for (Task* task = graph->first; task && sticky() == SUCCESS; task = task->next) {
    random_delay();
    task->operation.run(task->operation.argument);
  }
}

EXPORT CUresult cuGraphLaunch(Graph* executable, Stream* stream) {
  RETURN_UNLESS_USABLE();
  if (is_capturing(stream)) return NOT_SUPPORTED;  // no graphs in graphs
  if (fault_due(FAIL_LAUNCH)) return LAUNCH_OUT_OF_RESOURCES;
  count(GRAPH_LAUNCHES, 1);
  retain(executable);
  return enqueue(stream, (Operation){run_graph, release, executable});
}

EXPORT CUresult cuGraphExecDestroy(Graph* executable) {
  release(executable);
  count(LIVE_GRAPHS, -1);
  return sticky();
}

EXPORT CUresult cuGraphDestroy(Graph* graph) {
  release(graph);
  count(LIVE_GRAPHS, -1);
  return sticky();
}

// ---- for the fake cuBLAS ----

static void skip(void* argument) {
  (void)argument;
  keep_busy();
}

// As enqueue; the argument is copied.
EXPORT int stride_fake_enqueue(Stream* stream, void (*run)(void*), const void* argument,
                               size_t bytes) {
  RETURN_UNLESS_USABLE();
  count(ENQUEUED, 1);
  return enqueue(stream, (Operation){skips_kernels() ? skip : run, free, copy_of(argument, bytes)});
}
