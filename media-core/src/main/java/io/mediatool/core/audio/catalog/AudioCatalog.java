package io.mediatool.core.audio.catalog;

import io.mediatool.core.audio.AudioDecoder;
import io.mediatool.core.audio.AudioEncoder;
import io.mediatool.core.audio.aac.AacDecoder;
import io.mediatool.core.audio.opus.OpusSoundDecoder;
import io.mediatool.core.audio.opus.OpusSoundEncoder;
import io.mediatool.core.audio.pcm.PcmDecoder;
import io.mediatool.core.audio.pcm.PcmEncoder;
import io.mediatool.core.bits.MalformedException;
import io.mediatool.core.codec.Codec;
import io.mediatool.core.codec.DecoderConfig;
import io.mediatool.core.codec.MediaKind;
import io.mediatool.core.codec.RtpFormat;
import io.mediatool.core.codec.aac.AudioSpecificConfig;
import io.mediatool.core.codec.catalog.CodecCatalog;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Finds decoders and encoders, and says what can be made of what. */
public final class AudioCatalog {
    private static final int OPUS_TYPE = 111;

    /** Best first. */
    private static final List<RtpFormat> MADE = List.of(
            RtpFormat.of(Codec.OPUS, OPUS_TYPE, Map.of("sprop-stereo", "1", "useinbandfec", "0")),
            RtpFormat.of(Codec.G722, 9),
            RtpFormat.of(Codec.PCMU, 0),
            RtpFormat.of(Codec.PCMA, 8));

    private AudioCatalog() {}

    /** What can be made of sound that is sent so, best first; nothing of what cannot be decoded. */
    public static List<RtpFormat> madeOf(RtpFormat sent) {
        if (refusal(sent) != null) {
            return List.of();
        }
        List<RtpFormat> made = new ArrayList<>(MADE);
        made.removeIf(each -> each.codec() == sent.codec());
        return made;
    }

    /** Why nothing can be made of it, in a few words; null when something can. */
    public static @Nullable String refusal(RtpFormat sent) {
        if (sent.codec().kind() != MediaKind.AUDIO) {
            return "pictures are not transcoded";
        }
        if (sent.codec() != Codec.AAC) {
            return null;
        }
        DecoderConfig config = CodecCatalog.of(Codec.AAC).configOf(sent);
        try {
            // What the description does not tell comes in band, and is seen then.
            return config == null ? null : AacDecoder.refusal(AudioSpecificConfig.parse(config.record()));
        } catch (MalformedException e) {
            return "AAC with a configuration that cannot be read";
        }
    }

    /** By the names of RFC 6381 where there are any: {@code mp4a.40.2}, {@code opus}, {@code PCMU}. */
    public static String nameOf(RtpFormat sent) {
        if (sent.codec() != Codec.AAC) {
            return sent.codec().encodingName();
        }
        DecoderConfig config = CodecCatalog.of(Codec.AAC).configOf(sent);
        try {
            if (config != null) {
                AudioSpecificConfig read = AudioSpecificConfig.parse(config.record());
                int type = read.parametricStereo() ? 29 : read.extensionRate() > 0 ? 5 : read.objectType();
                return "mp4a.40." + type;
            }
        } catch (MalformedException e) {
            return "mp4a.40";
        }
        return "mp4a.40";
    }

    /**
     * A decoder of frames with this configuration.
     *
     * @throws MalformedException when there is none
     */
    public static AudioDecoder decoder(DecoderConfig config) throws MalformedException {
        return switch (config.codec()) {
            case AAC -> new AacDecoder(config.record());
            case OPUS -> new OpusSoundDecoder(Math.min(2, Math.max(1, config.channels())));
            case PCMU, PCMA, L16 -> new PcmDecoder(config);
            default -> throw new MalformedException("no sound that is decoded", -1);
        };
    }

    /**
     * An encoder.
     *
     * @param codec one of {@link #madeOf}
     * @param channels of the sound, 1 or more
     */
    public static AudioEncoder encoder(Codec codec, int channels) {
        return codec == Codec.OPUS ? new OpusSoundEncoder(Math.min(2, channels)) : new PcmEncoder(codec);
    }
}
