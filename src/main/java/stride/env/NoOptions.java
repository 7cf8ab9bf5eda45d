package stride.env;

/** Of a task of which nothing may be altered. */
record NoOptions() {
  static final NoOptions NONE = new NoOptions();
}
