package stride.nn;

import stride.memory.ByteSlab;
import stride.memory.FloatSlab;

/**
 * The arithmetic of convolutions, in twins. What {@link Kernels} says of its kernels holds for
 * these too. Every image is computed as if it were alone.
 */
public interface ConvolutionKernels {
  /**
   * y = x * W + b, without a border. Every output starts from its bias and adds the products of its
   * kernel's lines, pixels and channels in order by fused multiply-add: the twins agree to the bit.
   *
   * @param x images: [images, layer.inputStride]
   * @param xOffset where image 0 starts
   * @param parameters W and b, where the layer says
   * @param layer sizes and offsets
   * @param y overwritten: [images, layer.outputStride]
   * @param yOffset where image 0 starts
   * @param images at least 1
   */
  void convolution(
      FloatSlab x,
      long xOffset,
      FloatSlab parameters,
      ConvLayout layer,
      FloatSlab y,
      long yOffset,
      int images);

  /**
   * The gradient of W and b. Every element starts from 0 and adds what each image gives, in order,
   * line by line of what was put out and pixel by pixel; by fused multiply-add in that of W: the
   * twins agree to the bit. Padding becomes 0 if that of x and d is.
   *
   * @param x what the layer read: [images, layer.inputStride]
   * @param xOffset where image 0 starts
   * @param d gradient of what it put out: [images, layer.outputStride]
   * @param layer sizes and offsets
   * @param gradients overwritten where the layer's W and b lie in a slab of parameters
   * @param images at least 1
   */
  void convolutionGradient(
      FloatSlab x, long xOffset, FloatSlab d, ConvLayout layer, FloatSlab gradients, int images);

  /**
   * The gradient of what a convolution read. Every element starts from 0 and adds the products of
   * the kernel's lines and pixels that reached it, in order, and of each the outputs in order, by
   * fused multiply-add: the twins agree to the bit.
   *
   * @param d gradient of what the layer put out: [images, layer.outputStride]
   * @param transposed W with inputs and outputs exchanged, of {@link Kernels#transpose(FloatSlab,
   *     ConvLayout, FloatSlab, long)}
   * @param transposedAt where the transposed weights start
   * @param layer sizes; its offsets do not count
   * @param dx overwritten: [images, layer.inputStride]
   * @param images at least 1
   */
  void convolutionInputGradient(
      FloatSlab d,
      FloatSlab transposed,
      long transposedAt,
      ConvLayout layer,
      FloatSlab dx,
      int images);

  /**
   * Makes an image of frames, pixel by pixel: {@code out[pixel][h] = frame h at pixel / 255}. The
   * twins agree to the bit.
   *
   * @param frames the slab of each frame, one for each channel
   * @param offsets where each begins
   * @param pixels of a frame
   * @param out overwritten: [pixels, frames]
   * @param outOffset where it begins
   */
  void stackFrames(ByteSlab[] frames, long[] offsets, int pixels, FloatSlab out, long outOffset);
}
