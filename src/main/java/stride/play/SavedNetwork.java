package stride.play;

import stride.memory.FloatSlab;

/** What a checkpoint's policy computes with, for those who take it elsewhere. */
public interface SavedNetwork {
  /** The state's own, all finite. */
  FloatSlab parameters();
}
