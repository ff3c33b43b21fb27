package io.mediatool.ingest.source;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mediatool.core.bits.ByteReader;
import io.mediatool.core.codec.MediaKind;
import io.mediatool.core.loop.VirtualEventLoop;
import io.mediatool.core.rtp.RtpPacket;
import io.mediatool.core.server.IncomingLayer;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Objects;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How long a push takes from the first packet of its first key frame until viewers of the room can have that. */
final class PromptTest {
    private static final int PORT = 5004;
    private static final int TS_DATAGRAM = 7 * 188;
    private static final int TRANSPORT_STREAM = 33;
    private static final long PROMPT_NS = 300 * IngestBench.MS;

    private final IngestBench bench;
    private final VirtualEventLoop loop;
    private final long startNs;

    PromptTest() throws Exception {
        bench = new IngestBench("rtp://127.0.0.1:" + PORT);
        loop = bench.loop;
        startNs = loop.nowNs();
    }

    private static byte[] fixture(String name) throws IOException {
        try (InputStream in = Objects.requireNonNull(PromptTest.class.getResourceAsStream("../" + name), name)) {
            return in.readAllBytes();
        }
    }

    private void arrive(byte[] datagram, long afterNs) {
        loop.inject(startNs + afterNs, IngestBench.at(40_000), IngestBench.at(PORT), datagram);
    }

    private static byte[] rtp(boolean marker, int payloadType, int sequence, long timestamp, byte[] payload) {
        byte[] data = new byte[RtpPacket.HEADER_BYTES + payload.length];
        RtpPacket.writeHeader(data, 0, marker, payloadType, sequence, timestamp, 7);
        System.arraycopy(payload, 0, data, RtpPacket.HEADER_BYTES, payload.length);
        return data;
    }

    private long keyFrames() {
        return bench.tracks.stream()
                .filter(track -> track.kind() == MediaKind.VIDEO)
                .flatMap(track -> track.layers().stream())
                .mapToLong(IncomingLayer::keyFrames)
                .sum();
    }

    /** The first packets of real senders of which nothing was said, as they came: those that begin with a key frame. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "ffmpeg-h264",
                "vlc-h264",
                "ffmpeg-vp8",
                "vlc-vp8",
                "gstreamer-vp8",
                "ffmpeg-vp9",
                "gstreamer-vp9"
            })
    void aPushOfWhichNothingWasSaid(String sender) throws Exception {
        ByteReader packets = new ByteReader(fixture("recognition/" + sender + ".rtp"));
        int count = 0;
        long lastNs = 0;
        for (; packets.remaining() > 0; count++) {
            boolean marker = packets.u8() != 0;
            int sequence = packets.u16();
            long timestamp = packets.u32();
            lastNs = packets.u32() * 1000;
            arrive(rtp(marker, 96, sequence, timestamp, packets.bytes(packets.u16())), lastNs);
        }
        assertTrue(lastNs < PROMPT_NS, lastNs + " ns are in the fixture");
        loop.advanceBy(PROMPT_NS);
        assertEquals(1, keyFrames(), bench.lines::toString);
        assertEquals(count, bench.sequences.get("video0").size());
    }

    /** Spread evenly over the time of its pictures; the first of those is a key frame. */
    @ParameterizedTest
    @CsvSource({"ffmpeg-h264-aac, 1000", "ffmpeg-h265-opus, 1000", "vlc-h264-aac, 1000"})
    void aTransportStream(String sender, long lengthMs) throws Exception {
        byte[] stream = fixture("mpegts/" + sender + ".ts");
        int count = (stream.length + TS_DATAGRAM - 1) / TS_DATAGRAM;
        for (int i = 0; i < count; i++) {
            long afterNs = i * lengthMs * IngestBench.MS / count;
            byte[] payload =
                    Arrays.copyOfRange(stream, i * TS_DATAGRAM, Math.min(stream.length, (i + 1) * TS_DATAGRAM));
            arrive(rtp(false, TRANSPORT_STREAM, i, afterNs * 9 / 100_000, payload), afterNs);
        }
        loop.advanceBy(PROMPT_NS);
        assertEquals(1, keyFrames(), bench.lines::toString);
    }
}
