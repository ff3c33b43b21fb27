package io.mediatool.core.codec.nal;

import io.mediatool.core.bits.MalformedException;
import io.mediatool.core.codec.Depacketizer;
import io.mediatool.core.codec.MediaFrame;
import io.mediatool.core.codec.Packetizer;
import io.mediatool.core.rtp.RtpPacket;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.function.IntPredicate;

/** A wire between a packetizer and a depacketizer, for tests. */
public final class NalWire {
    private NalWire() {}

    /** One payload on the wire. */
    public record Sent(byte[] payload, long timestamp, boolean marker) {
        /** The same with another marker. */
        public Sent withMarker(boolean value) {
            return new Sent(payload, timestamp, value);
        }
    }

    /** What a packetizer makes of frames. */
    public static List<Sent> send(Packetizer packetizer, List<MediaFrame> frames) throws MalformedException {
        List<Sent> sent = new ArrayList<>();
        for (MediaFrame frame : frames) {
            packetizer.packetize(
                    frame,
                    (data, offset, length, marker, timestampOffset) -> sent.add(
                            new Sent(Arrays.copyOfRange(data, offset, offset + length), frame.timestamp(), marker)));
        }
        return sent;
    }

    /** What a depacketizer makes of payloads, some of them lost, and a flush at the end. */
    public static List<MediaFrame> receive(Depacketizer depacketizer, List<Sent> sent, IntPredicate lost)
            throws MalformedException {
        List<MediaFrame> frames = new ArrayList<>();
        for (int i = 0; i < sent.size(); i++) {
            if (lost.test(i)) {
                depacketizer.onLoss();
            } else {
                depacketizer.onPacket(packet(sent.get(i), i), sent.get(i).timestamp(), frames::add);
            }
        }
        depacketizer.flush(frames::add);
        return frames;
    }

    /** A payload as an RTP packet. */
    public static RtpPacket packet(Sent sent, int sequenceNumber) throws MalformedException {
        byte[] bytes = new byte[RtpPacket.HEADER_BYTES + sent.payload().length];
        RtpPacket.writeHeader(bytes, 0, sent.marker(), 96, sequenceNumber, sent.timestamp(), 1);
        System.arraycopy(sent.payload(), 0, bytes, RtpPacket.HEADER_BYTES, sent.payload().length);
        return RtpPacket.of(bytes, 0, bytes.length);
    }

    /** Each NAL unit in a packet of its own, 40 ms between access units, marker on the last: what a simple sender does. */
    public static List<Sent> singles(List<List<byte[]>> accessUnits) {
        List<Sent> sent = new ArrayList<>();
        for (int i = 0; i < accessUnits.size(); i++) {
            List<byte[]> units = accessUnits.get(i);
            for (int j = 0; j < units.size(); j++) {
                sent.add(new Sent(units.get(j), 3600L * i, j == units.size() - 1));
            }
        }
        return sent;
    }

    /** An Annex B stream cut into access units: a new one begins at the first slice, or at a set before it. */
    public static List<List<byte[]>> accessUnits(NalSyntax syntax, byte[] annexB) throws MalformedException {
        List<List<byte[]>> all = new ArrayList<>();
        boolean[] slices = {true};
        for (byte[] nal : NalUnits.split(NalUnits.fromAnnexB(annexB))) {
            NalSyntax.SliceHead head = syntax.role(nal, 0, nal.length) == NalSyntax.Role.PARAMETER_SET
                    ? null
                    : syntax.sliceHead(nal, 0, nal.length);
            if (slices[0] && (head == null || head.first())) {
                all.add(new ArrayList<>());
            }
            slices[0] = head != null;
            all.get(all.size() - 1).add(nal);
        }
        return all;
    }

    /** The frames' NAL units one after the other, as hexadecimal lines would be compared. */
    public static List<String> units(List<MediaFrame> frames) throws MalformedException {
        List<String> all = new ArrayList<>();
        for (MediaFrame frame : frames) {
            for (byte[] nal : NalUnits.split(frame.data())) {
                all.add(HexFormat.of().formatHex(nal));
            }
        }
        return all;
    }
}
