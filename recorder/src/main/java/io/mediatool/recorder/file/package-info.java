/**
 * Timed samples become files: the bounded queue between the loop and the thread of files ({@code SampleQueue}), the choice
 * of the file by cuts ({@code FileSet}), one file with its tracks ({@code RecordingFile}), names.
 *
 * <p>{@code SampleQueue} joins two threads; all else runs where files are written, one task at a time, and knows no clock:
 * cuts are decided by media time alone, so the same samples give the same files.
 */
@NullMarked
package io.mediatool.recorder.file;

import org.jspecify.annotations.NullMarked;
