package io.mediatool.core.codec.h264;

import io.mediatool.core.bits.MalformedException;
import io.mediatool.core.codec.Codec;
import io.mediatool.core.codec.DecoderConfig;
import io.mediatool.core.codec.Depacketizer;
import io.mediatool.core.codec.Packetizer;
import io.mediatool.core.codec.RtpFormat;
import io.mediatool.core.codec.SampleDescription;
import io.mediatool.core.codec.nal.AccessUnitAssembler;
import io.mediatool.core.codec.nal.NalCodecModule;
import io.mediatool.core.codec.nal.NalDepacketizer;
import io.mediatool.core.codec.nal.NalPacketizer;
import io.mediatool.core.codec.nal.NalUnits;
import io.mediatool.core.codec.nal.OutgoingUnits;
import io.mediatool.core.codec.nal.ParameterSets;
import io.mediatool.core.codec.nal.SequenceSet;
import io.mediatool.core.codec.nal.SpropSets;
import java.util.HexFormat;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * H.264: RFC 6184, avcC. Tracks are written as avc1: parameter sets move from the stream into the configuration, and a change
 * of them in mid-stream is a change of configuration.
 */
public final class H264Module implements NalCodecModule {
    private static final String SPROP = "sprop-parameter-sets";

    private final H264Syntax syntax = new H264Syntax();

    @Override
    public Codec codec() {
        return Codec.H264;
    }

    @Override
    public Depacketizer depacketizer(RtpFormat format) {
        return new NalDepacketizer(accessUnits(format), new H264Payloads());
    }

    @Override
    public AccessUnitAssembler accessUnits(RtpFormat format) {
        return new AccessUnitAssembler(syntax, announced(format));
    }

    /**
     * RFC 6184 §5.6 to §5.8: a parameter set, or the first slice of an IDR picture (first_mb_in_slice is 0: one bit), alone,
     * at the head of an aggregation packet behind its delimiter, or as the first fragment.
     */
    @Override
    public boolean startsKeyFrame(byte[] data, int offset, int length) {
        int at = offset;
        int end = offset + length;
        int type = length < 2 ? 0 : data[at] & 0x1f;
        if (type == 24) {
            for (at++; at + 4 <= end; at += 2 + ((data[at] & 0xff) << 8 | data[at + 1] & 0xff)) {
                if (startsKeyFrame(data[at + 2] & 0x1f, data[at + 3])) {
                    return true;
                }
            }
            return false;
        }
        if (type == 28) {
            return length > 2 && data[at + 1] < 0 && startsKeyFrame(data[at + 1] & 0x1f, data[at + 2]);
        }
        return length > 1 && startsKeyFrame(type, data[at + 1]);
    }

    private static boolean startsKeyFrame(int type, int first) {
        return type == 7 || type == 5 && (first & 0x80) != 0;
    }

    /** Without {@code packetization-mode=1} nothing is aggregated (RFC 6184 §8.1: absent means 0). */
    @Override
    public Packetizer packetizer(RtpFormat format, int maxPayloadBytes) {
        boolean aggregate = format.parameter("packetization-mode", "0").trim().equals("1");
        return new NalPacketizer(new OutgoingUnits(syntax), new H264Headers(), aggregate, maxPayloadBytes);
    }

    @Override
    public @Nullable DecoderConfig configOf(RtpFormat format) {
        return syntax.config(announced(format), -1);
    }

    @Override
    public RtpFormat formatOf(DecoderConfig config, int payloadType) {
        TreeMap<String, String> parameters = new TreeMap<>();
        parameters.put("packetization-mode", "1");
        try {
            AvcRecord record = AvcRecord.parse(config.record());
            // RFC 6184 §8.1: profile_idc, the constraint flags and level_idc, as the record repeats them from the SPS.
            parameters.put("profile-level-id", HexFormat.of().withUpperCase().formatHex(config.record(), 1, 4));
            List<byte[]> sets = record.sets();
            if (!sets.isEmpty() && SpropSets.announceable(sets)) {
                parameters.put(SPROP, SpropSets.encode(sets));
            }
        } catch (MalformedException e) {
            // Nothing to announce then; the stream itself has to tell.
        }
        return RtpFormat.of(Codec.H264, payloadType, parameters);
    }

    @Override
    public SampleDescription sampleDescription(DecoderConfig config) {
        return SampleDescription.video(hasSets(config) ? "avc1" : "avc3", "avcC", config);
    }

    /** ITU-T H.264 §7.4.1: nal_ref_idc is 0 in all slices of a picture that is no reference, or in none. */
    @Override
    public boolean isDisposable(byte[] frame) throws MalformedException {
        int[] slices = new int[2]; // those nobody refers to, the others
        NalUnits.forEach(frame, (data, offset, length) -> {
            int type = H264Nal.type(data[offset]);
            if (type >= H264Nal.SLICE && type <= H264Nal.IDR) {
                slices[(data[offset] & 0x60) == 0 ? 0 : 1]++;
            }
        });
        return slices[0] > 0 && slices[1] == 0;
    }

    @Override
    public boolean readsSampleEntry(String type) {
        return type.equals("avc1") || type.equals("avc3");
    }

    /** Size and reordering come from the first SPS that can be read, else from the entry and the level. */
    @Override
    public DecoderConfig configOf(SampleDescription entry) throws MalformedException {
        AvcRecord record = AvcRecord.parse(entry.config());
        H264Sps sps = SequenceSet.firstReadable(record.sps(), H264Sps::parse);
        if (sps != null) {
            return DecoderConfig.video(Codec.H264, record.bytes(), sps.width(), sps.height(), sps.reorderDepth());
        }
        byte[] bytes = record.bytes();
        int macroblocks = ((entry.width() + 15) / 16) * ((entry.height() + 15) / 16);
        int depth = H264Sps.reorderBound(bytes[1] & 0xff, bytes[2] & 0xff, bytes[3] & 0xff, 0, macroblocks);
        return DecoderConfig.video(Codec.H264, bytes, entry.width(), entry.height(), depth);
    }

    private ParameterSets announced(RtpFormat format) {
        ParameterSets sets = new ParameterSets();
        SpropSets.putAll(SpropSets.decode(format.parameter(SPROP, "")), syntax, sets);
        return sets;
    }

    private static boolean hasSets(DecoderConfig config) {
        try {
            AvcRecord record = AvcRecord.parse(config.record());
            return !record.sps().isEmpty() && !record.pps().isEmpty();
        } catch (MalformedException e) {
            return false;
        }
    }
}
