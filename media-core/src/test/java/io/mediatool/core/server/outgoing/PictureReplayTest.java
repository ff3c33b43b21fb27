package io.mediatool.core.server.outgoing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mediatool.core.bits.MalformedException;
import io.mediatool.core.codec.Codec;
import io.mediatool.core.codec.MediaKind;
import io.mediatool.core.codec.RtpFormat;
import io.mediatool.core.loop.VirtualEventLoop;
import io.mediatool.core.rtp.RtpPacket;
import io.mediatool.core.server.IncomingStream;
import io.mediatool.core.server.MediaServer;
import io.mediatool.core.server.Room;
import io.mediatool.core.stream.RtpIncomingSourceGroup;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Who comes in the middle of a group of pictures gets it from its key frame, and numbers without a hole. */
final class PictureReplayTest {
    private static final long FRAME_NS = 40_000_000L;
    private static final int SIZE = 1_000;

    private final VirtualEventLoop loop = new VirtualEventLoop();
    private final Random random = new Random(1);
    private final List<RtpPacket> sent = new ArrayList<>();
    private final Room room = new MediaServer(loop, random, () -> Instant.EPOCH).room("room");
    private final IncomingStream stream = room.publish("cam");
    private final RtpIncomingSourceGroup source = stream.addTrack(
                    MediaKind.VIDEO, List.of(RtpFormat.of(Codec.VP8, 96), RtpFormat.of(Codec.VP9, 98)))
            .source();
    /** A path that takes a while for a group. */
    private long carriesBps = 1_000_000;

    private int ssrc = 7;
    private int payloadType = 96;
    private int sequence;
    private int picture;

    private final class Sink implements ConnectedCarrier {
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
                sent.add(RtpPacket.of(data, offset, length).copy());
            } catch (MalformedException e) {
                throw new AssertionError(e);
            }
        }
    }

    private OutgoingStream watch() {
        return new Sink().watch(stream, Codec.VP8, Map.of(), loop, random);
    }

    /** RFC 7741: of one partition, whose first byte says whether it is a key frame; its number stands in the payload. */
    private void picture(boolean key, int packets) throws MalformedException {
        for (int i = 0; i < packets; i++) {
            byte[] bytes = new byte[12 + SIZE];
            RtpPacket.writeHeader(bytes, 0, i == packets - 1, payloadType, sequence++ & 0xffff, picture * 3_600L, ssrc);
            bytes[12] = (byte) (i == 0 ? 0x10 : 0);
            bytes[13] = (byte) (i == 0 && !key ? 1 : 0);
            bytes[20] = (byte) picture;
            source.onRtp(RtpPacket.of(bytes, 0, bytes.length), loop.nowNs());
        }
        picture++;
        loop.advanceBy(FRAME_NS);
    }

    private void assertNumbersGoOn() {
        for (int i = 1; i < sent.size(); i++) {
            assertEquals(
                    sent.get(i - 1).sequenceNumber() + 1 & 0xffff, sent.get(i).sequenceNumber(), "packet " + i);
            assertTrue((int) (sent.get(i).timestamp() - sent.get(i - 1).timestamp()) >= 0, "time of packet " + i);
        }
    }

    private int pictureOf(int packet) {
        return sent.get(packet).payload()[8];
    }

    @Test
    void theGroupIsSentFromItsKeyFrame() throws MalformedException {
        picture(true, 5);
        for (int i = 0; i < 20; i++) {
            picture(false, 5);
        }
        watch();
        for (int i = 0; i < 20; i++) {
            picture(false, 1);
        }
        assertEquals(21 * 5 + 20, sent.size());
        assertNumbersGoOn();
    }

    /** A browser asks for each number that is missing, and would get what nobody shows any more. */
    @Test
    void aKeyFrameDuringTheReplayLeavesNoHole() throws MalformedException {
        picture(true, 5);
        for (int i = 0; i < 60; i++) {
            picture(false, 5);
        }
        watch();
        picture(false, 5);
        int before = sent.size();
        assertTrue(before < 100, "still at it: " + before);
        int key = picture;
        picture(true, 5);
        for (int i = 0; i < 10; i++) {
            picture(false, 1);
        }
        assertNumbersGoOn();
        assertEquals(before + 5 + 10, sent.size());
        assertEquals(key, pictureOf(before));
        assertEquals(key + 10, pictureOf(sent.size() - 1));
    }

    private void group(int pictures) throws MalformedException {
        picture(true, 5);
        for (int i = 1; i < pictures; i++) {
            picture(false, 5);
        }
    }

    private void assertAllPictures(int first, int packetsEach) {
        assertNumbersGoOn();
        for (int i = 0; i < sent.size(); i++) {
            assertEquals((byte) (first + i / packetsEach), pictureOf(i), "packet " + i);
        }
        assertEquals((picture - first) * packetsEach, sent.size());
    }

    /** A recording would begin with some pictures and go on with the next key frame, a second later. */
    @Test
    void aKeyFrameShortlyBeforeItsEndLeavesNothingOut() throws MalformedException {
        carriesBps = 20_000_000;
        group(80);
        watch();
        picture(false, 5);
        assertTrue(sent.size() < 70 * 5, "still at it: " + sent.size());
        group(10);
        assertAllPictures(0, 5);
    }

    /** The cache gives the group up, since it has become too old; the packets are in the history still. */
    @Test
    void aGroupThatIsGivenUpMeanwhileIsGivenWhole() throws MalformedException {
        carriesBps = 5_000_000;
        stream.tracks().get(0).layers().get(0).pictures().limit(1_024, 30 * 5 * (SIZE + 12), Long.MAX_VALUE);
        group(30);
        watch();
        picture(false, 5);
        assertTrue(sent.size() < 28 * 5, "still at it: " + sent.size());
        for (int i = 0; i < 5; i++) {
            picture(false, 5);
        }
        assertAllPictures(0, 5);
    }

    /** What is left cannot be decoded any more, and what follows only from its key frame on. */
    @Test
    void aSourceThatStartsAnewMeanwhileIsWaitedFor() throws MalformedException {
        group(61);
        watch();
        int before = sent.size();
        assertTrue(before < 100, "still at it: " + before);
        loop.advanceBy(2_000_000_000L - FRAME_NS);
        int restart = picture;
        sent.clear();
        ssrc = 8;
        sequence = 30_000;
        for (int i = 0; i < 3; i++) {
            picture(false, 5);
        }
        assertEquals(List.of(), sent);
        group(3);
        assertAllPictures(restart + 3, 5);
    }

    @Test
    void anotherCodecMeanwhileIsWaitedForAndSent() throws MalformedException {
        group(61);
        watch();
        sent.clear();
        payloadType = 98;
        picture(false, 5);
        payloadType = 96;
        int key = picture;
        group(3);
        assertAllPictures(key, 5);
    }

    /** Whoever zaps back at once gets the first stream again, and does not stay with what was not given whole. */
    @Test
    void anotherStreamAndBackMeanwhileBeginsAnew() throws MalformedException {
        group(61);
        OutgoingStream watching = watch();
        int before = sent.size();
        assertTrue(before < 100, "still at it: " + before);
        IncomingStream other = room.publish("other");
        other.addTrack(MediaKind.VIDEO, List.of(RtpFormat.of(Codec.VP8, 96)));
        watching.attachTo(other);
        watching.attachTo(stream);
        carriesBps = Long.MAX_VALUE;
        for (int i = 0; i < 10; i++) {
            picture(false, 5);
        }
        sent.subList(0, before).clear();
        assertAllPictures(0, 5);
    }
}
