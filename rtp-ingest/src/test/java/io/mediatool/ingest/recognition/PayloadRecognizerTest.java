package io.mediatool.ingest.recognition;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mediatool.core.bits.ByteReader;
import io.mediatool.core.bits.MalformedException;
import io.mediatool.core.codec.Codec;
import io.mediatool.core.rtp.RtpPacket;
import io.mediatool.ingest.recognition.Recognition.Outcome;
import java.io.InputStream;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * On the first packets of real senders, and on what must not be recognised. A fixture is a row of packets: marker (8),
 * sequence number (16), timestamp (32), arrival in µs (32), payload bytes (16), payload.
 */
final class PayloadRecognizerTest {
    private static RtpPacket packet(byte[] payload, boolean marker, int sequenceNumber, long timestamp)
            throws MalformedException {
        byte[] bytes = new byte[RtpPacket.HEADER_BYTES + payload.length];
        RtpPacket.writeHeader(bytes, 0, marker, 96, sequenceNumber, timestamp, 1);
        System.arraycopy(payload, 0, bytes, RtpPacket.HEADER_BYTES, payload.length);
        return RtpPacket.of(bytes, 0, bytes.length);
    }

    private static Recognition recognize(String name) throws Exception {
        try (InputStream in = Objects.requireNonNull(PayloadRecognizerTest.class.getResourceAsStream(name + ".rtp"))) {
            ByteReader reader = new ByteReader(in.readAllBytes());
            PayloadRecognizer recognizer = new PayloadRecognizer();
            Recognition last = recognizer.onDeadline(0);
            while (reader.remaining() > 0) {
                boolean marker = reader.u8() != 0;
                int sequenceNumber = reader.u16();
                long timestamp = reader.u32();
                long arrivalNs = reader.u32() * 1000;
                byte[] payload = reader.bytes(reader.u16());
                last = recognizer.onPacket(packet(payload, marker, sequenceNumber, timestamp), arrivalNs);
            }
            return last;
        }
    }

    @ParameterizedTest
    @CsvSource({
        "ffmpeg-h264, H264, 3",
        "vlc-h264, H264, 5",
        "gstreamer-h264, H264, 6",
        "ffmpeg-h265, H265, 1",
        "vlc-h265, H265, 2",
        "gstreamer-h265, H265, 2",
        "ffmpeg-vp8, VP8, 1",
        "vlc-vp8, VP8, 1",
        "gstreamer-vp8, VP8, 1",
        "ffmpeg-vp9, VP9, 1",
        "gstreamer-vp9, VP9, 1",
        "ffmpeg-opus, OPUS, 5",
        "vlc-opus, OPUS, 6",
        "gstreamer-opus, OPUS, 6"
    })
    void recognizesRealSenders(String name, Codec codec, int packets) throws Exception {
        Recognition recognition = recognize(name);
        assertEquals(Outcome.CODEC, recognition.outcome(), recognition::toString);
        assertEquals(codec, recognition.codec());
        assertEquals(packets, recognition.packets());
        assertTrue(recognition.advice().contains("?codec=" + codec.label()), recognition.advice());
    }

    @Test
    void recognizesTransportStreams() throws Exception {
        assertEquals(Outcome.TRANSPORT_STREAM, recognize("vlc-ts").outcome());
    }

    @Test
    void saysWhatAacNeeds() throws Exception {
        Recognition recognition = recognize("vlc-aac");
        assertEquals(Outcome.UNDECIDED, recognition.outcome());
        assertTrue(recognition.advice().contains("give the SDP file"));
    }

    /** Random payloads of every size, at the paces of audio and of video. */
    @Test
    void neverRecognizesNoise() throws Exception {
        long seed = 0x90153L;
        Random random = new Random(seed);
        int[] steps = {160, 320, 480, 960, 1024, 1920, 3000, 3600};
        for (int round = 0; round < 20_000; round++) {
            PayloadRecognizer recognizer = new PayloadRecognizer();
            int step = steps[random.nextInt(steps.length)];
            int size = 1 + random.nextInt(300);
            Recognition last = recognizer.onDeadline(0);
            for (int i = 0; i < PayloadRecognizer.MAX_PACKETS && last.outcome() == Outcome.PENDING; i++) {
                byte[] payload = new byte[round % 2 == 0 ? size : 1 + random.nextInt(1400)];
                random.nextBytes(payload);
                int sequenceNumber = (65_500 + i) & 0xffff;
                boolean marker = random.nextBoolean();
                last = recognizer.onPacket(packet(payload, marker, sequenceNumber, (long) step * i), i);
            }
            assertEquals(Outcome.UNDECIDED, last.outcome(), "seed " + seed + " round " + round + ": " + last);
        }
    }

    /** Constant bytes, as silence in PCM has them, and slow waves. */
    @Test
    void neverRecognizesPlainSamples() throws Exception {
        for (int value = 0; value < 256; value++) {
            for (int step : new int[] {160, 960, 1764}) {
                PayloadRecognizer recognizer = new PayloadRecognizer();
                Recognition last = recognizer.onDeadline(0);
                for (int i = 0; i < 60; i++) {
                    byte[] payload = new byte[4 * step];
                    for (int n = 0; n < payload.length; n++) {
                        payload[n] = (byte) (value + (step == 1764 ? n / 16 : 0));
                    }
                    last = recognizer.onPacket(packet(payload, false, i, (long) step * i), i);
                }
                assertNotEquals(Outcome.PENDING, last.outcome());
                assertNotEquals(Outcome.CODEC, last.outcome(), "byte " + value + " step " + step + ": " + last);
            }
        }
    }

    @Test
    void answersWithinItsTime() throws Exception {
        PayloadRecognizer recognizer = new PayloadRecognizer();
        assertEquals(Long.MAX_VALUE, recognizer.nextDeadlineNs());
        byte[] slice = {0x41, (byte) 0xe0, 1, 2, 3};
        assertEquals(
                Outcome.PENDING,
                recognizer.onPacket(packet(slice, true, 1, 0), 5).outcome());
        assertEquals(PayloadRecognizer.MAX_NS + 5, recognizer.nextDeadlineNs());
        assertEquals(
                Outcome.PENDING, recognizer.onDeadline(PayloadRecognizer.MAX_NS).outcome());
        Recognition last = recognizer.onDeadline(PayloadRecognizer.MAX_NS + 5);
        assertEquals(Outcome.UNDECIDED, last.outcome());
        assertTrue(last.advice().startsWith("not recognised after 1 packets"), last.advice());
        assertEquals(Long.MAX_VALUE, recognizer.nextDeadlineNs());
    }
}
