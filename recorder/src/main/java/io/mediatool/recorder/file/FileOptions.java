package io.mediatool.recorder.file;

import io.mediatool.core.mp4.Mp4Layout;

/**
 * How files are written.
 *
 * @param layout what a file is when finished
 * @param segmentNs cut after this much media time, 0: never
 * @param newFileOnChange whether a change of a video configuration starts a new file
 * @param sync whether each fragment is forced to the disk
 */
public record FileOptions(Mp4Layout layout, long segmentNs, boolean newFileOnChange, boolean sync) {}
