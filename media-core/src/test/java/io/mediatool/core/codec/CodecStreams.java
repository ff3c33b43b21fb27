package io.mediatool.core.codec;

import io.mediatool.core.bits.MalformedException;
import io.mediatool.core.rtp.RtpPacket;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;

/** Frames of real encoders, and the ways from frames to payloads and back. */
public final class CodecStreams {
    /** One RTP payload with what its header says. */
    public record Payload(byte[] data, boolean marker, long timestamp) {
        public RtpPacket packet(int sequenceNumber) throws MalformedException {
            byte[] bytes = new byte[RtpPacket.HEADER_BYTES + data.length];
            RtpPacket.writeHeader(bytes, 0, marker, 96, sequenceNumber, timestamp, 0x1234);
            System.arraycopy(data, 0, bytes, RtpPacket.HEADER_BYTES, data.length);
            return RtpPacket.of(bytes, 0, bytes.length);
        }
    }

    private CodecStreams() {}

    public static byte[] resource(String name) {
        try (InputStream in = CodecStreams.class.getResourceAsStream("/io/mediatool/core/codec/" + name)) {
            return Objects.requireNonNull(in, name).readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The frames of a text resource: {@code K} or {@code -} and hexadecimal digits a line, {@code step} units apart. */
    public static List<MediaFrame> frames(String name, int step, int duration, DecoderConfig config) {
        List<MediaFrame> frames = new ArrayList<>();
        for (String line : new String(resource(name), StandardCharsets.US_ASCII).split("\n")) {
            if (!line.startsWith("#")) {
                byte[] data = HexFormat.of().parseHex(line.substring(2));
                long timestamp = 1_000_000L + (long) step * frames.size();
                frames.add(new MediaFrame(data, timestamp, duration, line.charAt(0) == 'K', config, false));
            }
        }
        return frames;
    }

    public static List<Payload> payloads(Packetizer packetizer, List<MediaFrame> frames) throws MalformedException {
        List<Payload> payloads = new ArrayList<>();
        for (MediaFrame frame : frames) {
            packetizer.packetize(
                    frame,
                    (data, offset, length, marker, timestampOffset) -> payloads.add(new Payload(
                            Arrays.copyOfRange(data, offset, offset + length),
                            marker,
                            frame.timestamp() + timestampOffset)));
        }
        return payloads;
    }

    /** Takes all payloads but {@code lost} (an index, or -1), and what is left at the end. */
    public static List<MediaFrame> frames(Depacketizer depacketizer, List<Payload> payloads, int lost)
            throws MalformedException {
        List<MediaFrame> frames = new ArrayList<>();
        for (int i = 0; i < payloads.size(); i++) {
            if (i == lost) {
                depacketizer.onLoss();
            } else {
                Payload payload = payloads.get(i);
                try {
                    depacketizer.onPacket(payload.packet(i), payload.timestamp(), frames::add);
                } catch (MalformedException e) {
                    if (lost < 0 || payload.timestamp() != payloads.get(lost).timestamp()) {
                        throw e; // only what is left of the frame with the hole may fail to parse
                    }
                }
            }
        }
        depacketizer.flush(frames::add);
        return frames;
    }

    public static List<MediaFrame> frames(Depacketizer depacketizer, List<Payload> payloads) throws MalformedException {
        return frames(depacketizer, payloads, -1);
    }

    /** One payload of hexadecimal digits; blanks do not count. */
    public static Payload payload(String hex, boolean marker, long timestamp) {
        return new Payload(HexFormat.of().parseHex(hex.replace(" ", "")), marker, timestamp);
    }
}
