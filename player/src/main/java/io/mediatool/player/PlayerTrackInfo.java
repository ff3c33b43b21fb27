package io.mediatool.player;

import io.mediatool.core.codec.DecoderConfig;
import io.mediatool.core.codec.MediaKind;
import io.mediatool.core.codec.RtpFormat;

/**
 * A track that will be played.
 *
 * @param id its id in the stream: {@code video0}, {@code audio0}
 * @param kind picture or sound
 * @param format how it is sent, parameter sets included: what an SDP announces
 * @param config of its first sample description, in the first file that has the track
 * @param bFrames whether some of its pictures are shown before others that are decoded first
 * @param description for people: {@code h264 1920x1080}, {@code aac 48000/2}
 */
public record PlayerTrackInfo(
        String id, MediaKind kind, RtpFormat format, DecoderConfig config, boolean bFrames, String description) {}
