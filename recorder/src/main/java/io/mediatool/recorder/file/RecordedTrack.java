package io.mediatool.recorder.file;

import io.mediatool.core.codec.MediaKind;
import io.mediatool.core.rtp.Timescale;

/**
 * A track of a recording as its files need to know it.
 *
 * @param number its number in the recording, from 0
 * @param id its name in the recording
 * @param stream the name of the stream that it is of
 * @param kind picture or sound
 * @param scale of its times
 */
public record RecordedTrack(int number, String id, String stream, MediaKind kind, Timescale scale)
        implements FileOrder {}
