package io.mediatool.core.server.outgoing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mediatool.core.bits.MalformedException;
import io.mediatool.core.codec.Codec;
import io.mediatool.core.codec.MediaKind;
import io.mediatool.core.codec.RtpFormat;
import io.mediatool.core.loop.VirtualEventLoop;
import io.mediatool.core.rtp.RtpPacket;
import io.mediatool.core.rtp.extension.ExtensionMap;
import io.mediatool.core.server.IncomingLayer;
import io.mediatool.core.server.IncomingStream;
import io.mediatool.core.server.MediaServer;
import io.mediatool.core.stream.RtpIncomingSourceGroup;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * A viewer as Firefox is one: a moment after it has connected its receiver is made anew, knows nothing of what came before, and asks for a key
 * frame when the first picture that it gets is none.
 */
final class LostBeginningTest {
    private static final long FRAME_NS = 66_000_000L;
    private static final long FIRST_PICTURE_NS = 300_000_000L;
    private static final int SIZE = 1_000;

    private final VirtualEventLoop loop = new VirtualEventLoop();
    private final Random random = new Random(1);
    private final Receiver receiver = new Receiver();
    private final Encoder encoder = new Encoder();
    private final IncomingStream stream =
            new MediaServer(loop, random, () -> Instant.EPOCH).room("room").publish("cam");
    private final RtpIncomingSourceGroup source = stream.addTrack(
                    MediaKind.VIDEO,
                    List.of(RtpFormat.of(Codec.VP9, 96)),
                    List.of(""),
                    ExtensionMap.of(Map.of()),
                    encoder)
            .source();
    private long carriesBps = Long.MAX_VALUE;
    private int sequence;
    private int picture;

    /** Makes key frames when it is asked to, with the next picture. */
    private static final class Encoder implements IncomingLayer.KeyFrameMaker {
        private int asked;
        private boolean wanted;

        @Override
        public boolean canMake() {
            return true;
        }

        @Override
        public void requestKeyFrame(IncomingLayer layer, long nowNs) {
            asked++;
            wanted = true;
        }
    }

    private final class Receiver implements ConnectedCarrier {
        private @Nullable OutgoingStreamTrack track;
        private boolean connected;
        private int received;
        private int keyFrames;
        private int lastSequence = -1;
        private long lastTimestamp;
        private boolean decodes;
        private boolean asks;
        private long decodesSinceNs;

        @Override
        public boolean isConnected() {
            return connected;
        }

        @Override
        public long nowNs() {
            return loop.nowNs();
        }

        @Override
        public long burstBps(long nowNs) {
            return carriesBps;
        }

        @Override
        public void sendRtp(byte[] data, int offset, int length, boolean mayPad) {
            try {
                take(RtpPacket.of(data, offset, length));
            } catch (MalformedException e) {
                throw new AssertionError(e);
            }
        }

        private void take(RtpPacket packet) {
            byte[] payload = packet.payload();
            boolean key = (payload[0] & 0x48) == 0x08;
            if (received++ > 0) {
                assertEquals(lastSequence + 1 & 0xffff, packet.sequenceNumber(), "a hole would be asked for");
                assertTrue((int) (packet.timestamp() - lastTimestamp) >= 0, "time goes on");
            }
            lastSequence = packet.sequenceNumber();
            lastTimestamp = packet.timestamp();
            keyFrames += key ? 1 : 0;
            if (key && !decodes) {
                decodes = true;
                decodesSinceNs = loop.nowNs();
            }
            asks |= !decodes && packet.marker();
        }

        void makeAnew() {
            decodes = false;
        }

        /** Sends its feedback. */
        void turn() {
            if (asks) {
                asks = false;
                askForKeyFrame();
            }
        }

        void askForKeyFrame() {
            Objects.requireNonNull(track).onPictureLoss(false, loop.nowNs());
        }
    }

    private void connect() {
        OutgoingStream watching = receiver.watch(stream, Codec.VP9, Map.of(), loop, random);
        receiver.track = watching.tracks().get(0);
        receiver.connected = true;
        watching.onConnected(loop.nowNs());
    }

    /** RFC 9628 §4.2: 15-bit picture id, one layer, not flexible. */
    private void picture(int packets) throws MalformedException {
        boolean key = encoder.wanted || picture == 0;
        encoder.wanted = false;
        for (int i = 0; i < packets; i++) {
            byte[] bytes = new byte[12 + SIZE];
            boolean last = i == packets - 1;
            RtpPacket.writeHeader(bytes, 0, last, 96, sequence++ & 0xffff, picture * 6_000L, 7);
            bytes[12] = (byte) (0xa0 | (key ? 0 : 0x40) | (i == 0 ? 0x08 : 0) | (last ? 0x04 : 0));
            bytes[13] = (byte) (0x80 | picture >> 8);
            bytes[14] = (byte) picture;
            bytes[16] = (byte) picture;
            source.onRtp(RtpPacket.of(bytes, 0, bytes.length), loop.nowNs());
        }
        picture++;
        receiver.turn();
        loop.advanceBy(FRAME_NS);
        receiver.turn();
    }

    private void pictures(int count) throws MalformedException {
        for (int i = 0; i < count; i++) {
            picture(2);
        }
    }

    /** The publisher has just made a key frame for somebody else, and is not asked again before half a second has gone. */
    @Test
    void itGetsTheKeptPicturesOnceMore() throws MalformedException {
        pictures(3);
        stream.tracks().get(0).requestKeyFrame(loop.nowNs());
        pictures(3);
        long connectedNs = loop.nowNs();
        connect();
        receiver.makeAnew();
        int asked = encoder.asked;
        pictures(10);
        assertTrue(receiver.decodes, "a picture");
        long firstNs = receiver.decodesSinceNs - connectedNs;
        assertTrue(firstNs < FIRST_PICTURE_NS, "first picture after " + firstNs + " ns");
        assertEquals(asked, encoder.asked, "requests to the publisher");
        assertEquals(2, receiver.keyFrames);
    }

    /** What is lost on the way is repaired by other means; whoever asks again wants another key frame. */
    @Test
    void itGetsThemOnceMoreOnlyOnce() throws MalformedException {
        pictures(3);
        connect();
        receiver.askForKeyFrame();
        pictures(1);
        assertEquals(0, encoder.asked);
        receiver.askForKeyFrame();
        pictures(1);
        assertEquals(1, encoder.asked);
    }

    /** It has seen pictures, and what is kept would be old to it. */
    @Test
    void laterItGetsAnotherKeyFrame() throws MalformedException {
        pictures(3);
        connect();
        pictures(31);
        encoder.wanted = true;
        pictures(1);
        int keyFrames = receiver.keyFrames;
        receiver.askForKeyFrame();
        assertEquals(1, encoder.asked);
        pictures(2);
        assertEquals(keyFrames + 1, receiver.keyFrames);
    }

    /** On a path on which the pictures take a while: the rest of what is under way is for nobody. */
    @Test
    void itBeginsAnewInTheMiddleOfThem() throws MalformedException {
        carriesBps = 1_000_000;
        pictures(15);
        connect();
        receiver.makeAnew();
        int before = receiver.received;
        assertTrue(before < 30, "still at it: " + before);
        receiver.askForKeyFrame();
        carriesBps = Long.MAX_VALUE;
        pictures(5);
        assertTrue(receiver.decodes, "a picture");
        assertEquals(2, receiver.keyFrames);
        assertEquals(before + 30 + 10, receiver.received);
        assertEquals(0, encoder.asked);
    }
}
