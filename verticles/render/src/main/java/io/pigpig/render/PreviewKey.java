package io.pigpig.render;

/** One preview: a design at a width in pixels. */
record PreviewKey(String designId, int widthPixels) {}
