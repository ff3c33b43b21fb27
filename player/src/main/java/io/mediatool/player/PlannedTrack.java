package io.mediatool.player;

import io.mediatool.core.codec.CodecModule;
import io.mediatool.core.codec.DecoderConfig;
import io.mediatool.core.codec.MediaKind;
import io.mediatool.core.codec.RtpFormat;
import io.mediatool.core.codec.StaticPayloadTypes;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A track of the stream: what all files that have it send in it.
 *
 * @param index its place among the tracks
 * @param module its codec's
 * @param format how it is sent
 * @param config of its first file
 * @param from that file
 */
record PlannedTrack(int index, CodecModule module, RtpFormat format, DecoderConfig config, Path from) {
    private static final int FIRST_DYNAMIC = 96;
    private static final int[] STATIC_AUDIO = {0, 8, 9, 10, 11};

    static PlannedTrack of(int index, SampleFormat sample, Path from) {
        RtpFormat format = sample.module().formatOf(sample.config(), FIRST_DYNAMIC + index);
        for (int payloadType : STATIC_AUDIO) {
            RtpFormat known = StaticPayloadTypes.of(payloadType);
            if (known != null
                    && known.codec() == format.codec()
                    && known.clockRate() == format.clockRate()
                    && known.channels() == format.channels()) {
                format = sample.module().formatOf(sample.config(), payloadType);
            }
        }
        return new PlannedTrack(index, sample.module(), format, sample.config(), from);
    }

    MediaKind kind() {
        return format.codec().kind();
    }

    /** As {@code IncomingStream} will call it. */
    String id() {
        return kind().label() + "0";
    }

    PlayerTrackInfo info(boolean bFrames) {
        return new PlayerTrackInfo(id(), kind(), format, config, bFrames, describe(config));
    }

    /** Why samples of {@code other} cannot go on in this track, or null when they can. Pictures tell their changes in band. */
    @Nullable String conflict(SampleFormat other) {
        if (other.module() != module) {
            return describe(other.config()) + " cannot go on in a stream of " + describe(config);
        }
        RtpFormat wanted = other.module().formatOf(other.config(), format.payloadType());
        boolean sound = wanted.clockRate() == format.clockRate()
                && wanted.channels() == format.channels()
                && wanted.parameter("config", "").equals(format.parameter("config", ""));
        return kind() == MediaKind.VIDEO || sound
                ? null
                : describe(other.config()) + " cannot go on in a stream of " + describe(config)
                        + " with another configuration";
    }

    private static String describe(DecoderConfig config) {
        return config.codec().label() + " "
                + (config.codec().kind() == MediaKind.VIDEO
                        ? config.width() + "x" + config.height()
                        : config.sampleRate() + "/" + config.channels());
    }
}
