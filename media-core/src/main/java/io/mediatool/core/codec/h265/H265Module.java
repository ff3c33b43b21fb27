package io.mediatool.core.codec.h265;

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
import io.mediatool.core.codec.nal.OutgoingUnits;
import io.mediatool.core.codec.nal.ParameterSets;
import io.mediatool.core.codec.nal.SequenceSet;
import io.mediatool.core.codec.nal.SpropSets;
import java.util.List;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * H.265: RFC 7798, hvcC. Tracks are written as hvc1: parameter sets move from the stream into the configuration, and a change
 * of them in mid-stream is a change of configuration.
 */
public final class H265Module implements NalCodecModule {
    private static final List<String> SPROPS = List.of("sprop-vps", "sprop-sps", "sprop-pps");
    private static final List<Integer> FAMILIES = List.of(H265Nal.VPS, H265Nal.SPS, H265Nal.PPS);

    private static final Pattern POSITIVE = Pattern.compile("0*[1-9][0-9]*");

    private final H265Syntax syntax = new H265Syntax();

    @Override
    public Codec codec() {
        return Codec.H265;
    }

    @Override
    public Depacketizer depacketizer(RtpFormat format) {
        String donDiff = format.parameter("sprop-max-don-diff", "0").trim();
        boolean don = POSITIVE.matcher(donDiff).matches();
        return new NalDepacketizer(accessUnits(format), new H265Payloads(don));
    }

    @Override
    public AccessUnitAssembler accessUnits(RtpFormat format) {
        return new AccessUnitAssembler(syntax, announced(format));
    }

    /**
     * RFC 7798 §4.4: VPS or SPS, or the first slice segment (its first bit says so) of an IRAP picture, alone, in an
     * aggregation packet, or as the first fragment.
     */
    @Override
    public boolean startsKeyFrame(byte[] data, int offset, int length) {
        int end = offset + length;
        int type = length < 3 ? 0 : data[offset] >> 1 & 0x3f;
        if (type == 48) {
            for (int at = offset + 2; at + 5 <= end; at += 2 + ((data[at] & 0xff) << 8 | data[at + 1] & 0xff)) {
                if (startsKeyFrame(data[at + 2] >> 1 & 0x3f, data[at + 4])) {
                    return true;
                }
            }
            return false;
        }
        if (type == 49) {
            return length > 3 && data[offset + 2] < 0 && startsKeyFrame(data[offset + 2] & 0x3f, data[offset + 3]);
        }
        return length > 2 && startsKeyFrame(type, data[offset + 2]);
    }

    private static boolean startsKeyFrame(int type, int first) {
        return type == 32 || type == 33 || type >= 16 && type <= 21 && (first & 0x80) != 0;
    }

    @Override
    public Packetizer packetizer(RtpFormat format, int maxPayloadBytes) {
        return new NalPacketizer(new OutgoingUnits(syntax), new H265Headers(), true, maxPayloadBytes);
    }

    @Override
    public @Nullable DecoderConfig configOf(RtpFormat format) {
        return syntax.config(announced(format), -1);
    }

    @Override
    public RtpFormat formatOf(DecoderConfig config, int payloadType) {
        TreeMap<String, String> parameters = new TreeMap<>();
        try {
            HvcRecord record = HvcRecord.parse(config.record());
            int profile = record.bytes()[1] & 0xff;
            // RFC 7798 §7.1; profile-space is 0 in every stream there is.
            parameters.put("profile-id", String.valueOf(profile & 0x1f));
            parameters.put("tier-flag", String.valueOf(profile >> 5 & 1));
            parameters.put("level-id", String.valueOf(record.bytes()[12] & 0xff));
            if (SpropSets.announceable(record.unitsToSend())) {
                for (int i = 0; i < SPROPS.size(); i++) {
                    List<byte[]> sets = record.ofType(FAMILIES.get(i));
                    if (!sets.isEmpty()) {
                        parameters.put(SPROPS.get(i), SpropSets.encode(sets));
                    }
                }
            }
        } catch (MalformedException e) {
            // Nothing to announce then; the stream itself has to tell.
        }
        return RtpFormat.of(Codec.H265, payloadType, parameters);
    }

    @Override
    public SampleDescription sampleDescription(DecoderConfig config) {
        return SampleDescription.video(hasSets(config) ? "hvc1" : "hev1", "hvcC", config);
    }

    @Override
    public boolean readsSampleEntry(String type) {
        return type.equals("hvc1") || type.equals("hev1");
    }

    /** Size and reordering come from the first SPS that can be read, else from the entry, with the deepest reordering. */
    @Override
    public DecoderConfig configOf(SampleDescription entry) throws MalformedException {
        HvcRecord record = HvcRecord.parse(entry.config());
        H265Sps sps = SequenceSet.firstReadable(record.ofType(H265Nal.SPS), H265Sps::parse);
        if (sps != null) {
            return DecoderConfig.video(Codec.H265, record.bytes(), sps.width(), sps.height(), sps.reorderDepth());
        }
        return DecoderConfig.video(Codec.H265, record.bytes(), entry.width(), entry.height(), 15);
    }

    private ParameterSets announced(RtpFormat format) {
        ParameterSets sets = new ParameterSets();
        for (String key : SPROPS) {
            SpropSets.putAll(SpropSets.decode(format.parameter(key, "")), syntax, sets);
        }
        return sets;
    }

    private static boolean hasSets(DecoderConfig config) {
        try {
            HvcRecord record = HvcRecord.parse(config.record());
            return !record.ofType(H265Nal.SPS).isEmpty()
                    && !record.ofType(H265Nal.PPS).isEmpty();
        } catch (MalformedException e) {
            return false;
        }
    }
}
