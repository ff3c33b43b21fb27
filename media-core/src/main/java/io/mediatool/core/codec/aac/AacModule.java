package io.mediatool.core.codec.aac;

import io.mediatool.core.bits.MalformedException;
import io.mediatool.core.codec.Codec;
import io.mediatool.core.codec.CodecModule;
import io.mediatool.core.codec.DecoderConfig;
import io.mediatool.core.codec.Depacketizer;
import io.mediatool.core.codec.Packetizer;
import io.mediatool.core.codec.RtpFormat;
import io.mediatool.core.codec.SampleDescription;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * AAC: mpeg4-generic (RFC 3640) in and out, MP4A-LATM (RFC 6416) in; stored as {@code mp4a} with {@code esds}.
 *
 * <p>A description of mpeg4-generic without {@code config=} is read as AAC LC of its clock rate and channels: RFC 3640 §4.1
 * requires the parameter, but hand-written descriptions forget it.
 */
public final class AacModule implements CodecModule {
    @Override
    public Codec codec() {
        return Codec.AAC;
    }

    @Override
    public Depacketizer depacketizer(RtpFormat format) {
        if (isLatm(format)) {
            boolean inBand = !format.parameter("cpresent", "1").trim().equals("0");
            return new LatmDepacketizer(muxConfig(format), inBand, format.clockRate());
        }
        DecoderConfig config = configOf(format);
        int duration = AuHeaders.number(format, "constantduration", 0, 1 << 20);
        if (duration == 0) {
            duration = config == null ? 1024 : frameDuration(config, format.clockRate());
        }
        return new GenericDepacketizer(AuHeaders.of(format), config, duration);
    }

    /** Always mpeg4-generic in mode AAC-hbr, whatever the format's other parameters say. */
    @Override
    public Packetizer packetizer(RtpFormat format, int maxPayloadBytes) {
        return new AacPacketizer(maxPayloadBytes);
    }

    @Override
    public @Nullable DecoderConfig configOf(RtpFormat format) {
        if (isLatm(format)) {
            StreamMuxConfig mux = muxConfig(format);
            return mux == null ? null : mux.config();
        }
        byte[] bytes = hex(format.parameter("config", ""));
        try {
            if (bytes.length == 0) {
                int channels = Math.min(format.channels(), 8);
                bytes = AudioSpecificConfig.write(2, format.clockRate(), channels == 8 ? 7 : channels);
            }
            return AudioSpecificConfig.parse(bytes).toDecoderConfig(bytes);
        } catch (MalformedException e) {
            return null;
        }
    }

    @Override
    public RtpFormat formatOf(DecoderConfig config, int payloadType) {
        Map<String, String> parameters = new TreeMap<>();
        parameters.put("streamtype", "5");
        parameters.put("profile-level-id", "1");
        parameters.put("mode", "AAC-hbr");
        parameters.put("sizelength", "13");
        parameters.put("indexlength", "3");
        parameters.put("indexdeltalength", "3");
        parameters.put("config", HexFormat.of().formatHex(config.record()));
        return new RtpFormat(
                Codec.AAC, payloadType, Codec.AAC.encodingName(), config.sampleRate(), config.channels(), parameters);
    }

    @Override
    public SampleDescription sampleDescription(DecoderConfig config) {
        return SampleDescription.audio("mp4a", "esds", Esds.write(config.record()), config);
    }

    @Override
    public boolean readsSampleEntry(String type) {
        return type.equals("mp4a");
    }

    @Override
    public DecoderConfig configOf(SampleDescription entry) throws MalformedException {
        byte[] bytes = Esds.specificConfig(entry.config());
        return AudioSpecificConfig.parse(bytes).toDecoderConfig(bytes);
    }

    private static boolean isLatm(RtpFormat format) {
        return format.encodingName().equalsIgnoreCase("MP4A-LATM");
    }

    private static @Nullable StreamMuxConfig muxConfig(RtpFormat format) {
        try {
            byte[] bytes = hex(format.parameter("config", ""));
            return bytes.length == 0 ? null : StreamMuxConfig.parse(bytes);
        } catch (MalformedException e) {
            return null;
        }
    }

    private static int frameDuration(DecoderConfig config, int clockRate) {
        try {
            return AudioSpecificConfig.parse(config.record()).frameDuration(clockRate);
        } catch (MalformedException e) {
            return 1024; // not reached: the record was parsed to make the configuration
        }
    }

    /** The octets of a hexadecimal value, quoted or not; none when it is not one. */
    private static byte[] hex(String value) {
        String digits = value.replace("\"", "").trim();
        try {
            return HexFormat.of().parseHex(digits);
        } catch (IllegalArgumentException e) {
            return new byte[0];
        }
    }
}
