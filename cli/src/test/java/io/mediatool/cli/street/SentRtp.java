package io.mediatool.cli.street;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What a sender really sent: reads captured RTP datagrams on its own, with none of the product's code, so that a recording can
 * be held against what was on the wire where a sender does not send all of its file.
 */
final class SentRtp {
    private SentRtp() {}

    /** A frame, or a NAL unit of one, as a hash, and its RTP timestamp. */
    record Sent(String hash, int timestamp) {}

    private record Packet(int timestamp, boolean marker, byte[] payload) {}

    static List<String> hashes(List<Sent> sent) {
        return sent.stream().map(Sent::hash).toList();
    }

    /** Whole NAL units of pictures (RFC 6184 packetization mode 1, RFC 7798 without DONL). */
    static List<Sent> pictureUnits(List<byte[]> datagrams, String codec) {
        boolean h265 = codec.equals("h265");
        var units = new ArrayList<Sent>();
        var fragments = new ByteArrayOutputStream();
        for (Packet packet : packets(datagrams)) {
            byte[] data = packet.payload;
            int type = h265 ? data[0] >> 1 & 63 : data[0] & 31;
            int header = h265 ? 2 : 1;
            if (type == (h265 ? 48 : 24)) {
                for (int at = header; at + 2 < data.length; ) {
                    int size = (data[at] & 0xff) << 8 | data[at + 1] & 0xff;
                    add(units, Arrays.copyOfRange(data, at + 2, at + 2 + size), h265, packet.timestamp);
                    at += 2 + size;
                }
            } else if (type == (h265 ? 49 : 28)) {
                int fragment = data[header];
                if ((fragment & 0x80) != 0) {
                    fragments.reset();
                    if (h265) {
                        fragments.write(data[0] & 0x81 | (fragment & 63) << 1);
                        fragments.write(data[1]);
                    } else {
                        fragments.write(data[0] & 0xe0 | fragment & 31);
                    }
                }
                fragments.write(data, header + 1, data.length - header - 1);
                if ((fragment & 0x40) != 0) {
                    add(units, fragments.toByteArray(), h265, packet.timestamp);
                }
            } else {
                add(units, data, h265, packet.timestamp);
            }
        }
        return units;
    }

    private static void add(List<Sent> units, byte[] unit, boolean h265, int timestamp) {
        if (Nals.isPicture(unit, h265)) {
            units.add(new Sent(Nals.unitHash(unit), timestamp));
        }
    }

    /** AAC frames (RFC 3640 AAC-hbr): sizes of 13 bits before the frames; a long frame goes over several packets. */
    static List<Sent> aacFrames(List<byte[]> datagrams) {
        var frames = new ArrayList<Sent>();
        var partial = new ByteArrayOutputStream();
        for (Packet packet : packets(datagrams)) {
            byte[] data = packet.payload;
            int headers = ((data[0] & 0xff) << 8 | data[1] & 0xff) / 16;
            int at = 2 + 2 * headers;
            for (int i = 0; i < headers; i++) {
                int size = ((data[2 + 2 * i] & 0xff) << 8 | data[3 + 2 * i] & 0xff) >> 3;
                int here = Math.min(size - partial.size(), data.length - at);
                partial.write(data, at, here);
                at += here;
                if (partial.size() == size) {
                    frames.add(new Sent(Nals.hash(partial.toByteArray()), packet.timestamp + 1024 * i));
                    partial.reset();
                }
            }
        }
        return frames;
    }

    /** One frame a packet (RFC 7587). */
    static List<Sent> opusFrames(List<byte[]> datagrams) {
        return packets(datagrams).stream()
                .map(packet -> new Sent(Nals.hash(packet.payload), packet.timestamp))
                .toList();
    }

    /** Writes a transport stream down as it was sent, out of its RTP packets where it was in some. */
    static Path transportStream(List<byte[]> datagrams, Path file) {
        try (OutputStream out = Files.newOutputStream(file)) {
            for (byte[] datagram : datagrams) {
                out.write(datagram[0] == 0x47 ? datagram : packet(datagram).payload);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return file;
    }

    private static List<Packet> packets(List<byte[]> datagrams) {
        return datagrams.stream().map(SentRtp::packet).toList();
    }

    /** Without padding and header extension, which none of these senders uses. */
    private static Packet packet(byte[] data) {
        if ((data[0] & 0xf0) != 0x80) {
            throw new AssertionError("not a plain RTP packet");
        }
        int from = 12 + 4 * (data[0] & 15);
        int timestamp = (data[4] & 0xff) << 24 | (data[5] & 0xff) << 16 | (data[6] & 0xff) << 8 | data[7] & 0xff;
        return new Packet(timestamp, (data[1] & 0x80) != 0, Arrays.copyOfRange(data, from, data.length));
    }
}
