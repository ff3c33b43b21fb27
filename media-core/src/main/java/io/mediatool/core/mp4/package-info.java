/**
 * The contract of the MP4 layer (ISO/IEC 14496-12): what a file is to it, and the values that its rooms exchange.
 * {@code mp4.box} knows the box syntax, {@code mp4.movie} the tables of a movie and of its fragments, {@code mp4.read} plays
 * files, {@code mp4.write} makes and repairs them. No codec is known here by name: sample entries come and go as
 * {@link io.mediatool.core.codec.SampleDescription}.
 *
 * <p>Floor 1. One thread at a time per file, no clock, no log. Sample data is owned by the sample and changed by nobody.
 */
@NullMarked
package io.mediatool.core.mp4;

import org.jspecify.annotations.NullMarked;
