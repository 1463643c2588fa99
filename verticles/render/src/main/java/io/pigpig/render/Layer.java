package io.pigpig.render;

/** One thing printed on the shirt; later layers cover earlier ones. */
sealed interface Layer {

  Placement placement();

  /** A line of text. {@code rgb} is 0xRRGGBB. */
  record Text(String text, Typeface typeface, int rgb, Placement placement) implements Layer {}

  /** A picture, its height following from its width. */
  record Image(ImageFile file, Placement placement) implements Layer {}
}
