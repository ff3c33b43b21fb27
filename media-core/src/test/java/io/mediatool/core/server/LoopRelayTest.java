package io.mediatool.core.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mediatool.core.bits.MalformedException;
import io.mediatool.core.codec.Codec;
import io.mediatool.core.codec.MediaKind;
import io.mediatool.core.codec.RtpFormat;
import io.mediatool.core.loop.EventLoop;
import io.mediatool.core.loop.EventLoops;
import io.mediatool.core.rtp.RtpPacket;
import io.mediatool.core.stream.RtpIncomingSourceGroup;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Two real loops with a thread each. */
final class LoopRelayTest {
    private static final int PACKETS = 20_000;
    private static final int A_TURN = 25;
    private static final long LIMIT_S = 60;

    private final List<Throwable> bugs = Collections.synchronizedList(new ArrayList<>());
    private final EventLoop here = EventLoops.open("here", bugs::add);
    private final EventLoop there = EventLoops.open("there", bugs::add);
    private final MediaServer home = new MediaServer(here, new Random(1), InstantSource.system());
    private final MediaServer far = new MediaServer(there, new Random(2), InstantSource.system());

    @AfterEach
    void close() {
        here.close();
        there.close();
    }

    /** Writes down what comes out on the other loop. */
    private static final class Sink implements IncomingStream.Listener, RtpIncomingSourceGroup.Listener {
        final List<Long> sequences = new ArrayList<>();
        final CountDownLatch ended = new CountDownLatch(1);
        boolean sound = true;

        @Override
        public void onTrack(IncomingStream stream, IncomingStreamTrack track) {
            track.source().addListener(this);
        }

        @Override
        public void onRtp(RtpIncomingSourceGroup source, RtpPacket packet, long sequence, long timestamp, long nowNs) {
            int number = (int) (timestamp & 0xffff_ffffL) / 960;
            sound &= packet.payloadLength() == 40 + number % 1_000;
            for (int i = 0; i < packet.payloadLength(); i++) {
                sound &= packet.data()[packet.payloadOffset() + i] == (byte) (number + i);
            }
            sequences.add(sequence);
        }

        @Override
        public void onEnded(RtpIncomingSourceGroup source, long nowNs) {
            ended.countDown();
        }
    }

    private static RtpPacket packet(int number) {
        int length = 40 + number % 1_000;
        byte[] data = new byte[RtpPacket.HEADER_BYTES + length];
        RtpPacket.writeHeader(data, 0, false, 111, number & 0xffff, 960L * number, 7);
        for (int i = 0; i < length; i++) {
            data[RtpPacket.HEADER_BYTES + i] = (byte) (number + i);
        }
        try {
            return RtpPacket.of(data, 0, data.length);
        } catch (MalformedException e) {
            throw new AssertionError(e);
        }
    }

    /** Some packets, and more in a later turn unless the other loop is behind. */
    private void feed(IncomingStreamTrack track, int from, Runnable then) {
        for (int i = from; i < from + A_TURN; i++) {
            track.source().onRtp(packet(i), here.nowNs());
        }
        int next = from + A_TURN;
        if (next == PACKETS) {
            then.run();
        } else {
            here.execute(() -> there.execute(() -> here.execute(() -> feed(track, next, then))));
        }
    }

    @Test
    void everyPacketComesOutOnceInOrderUnchanged() throws Exception {
        Sink sink = new Sink();
        CompletableFuture<LoopRelay> relayed = new CompletableFuture<>();
        here.execute(() -> {
            Room room = home.room("room");
            IncomingStream stream = room.publish("cam");
            IncomingStreamTrack track = stream.addTrack(MediaKind.AUDIO, List.of(RtpFormat.of(Codec.OPUS, 111)));
            LoopRelay relay = home.relay(room, far);
            relay.across(() -> {
                Room mirror = far.find("room");
                IncomingStream again = mirror == null ? null : mirror.stream("cam");
                if (again == null) {
                    throw new AssertionError("not there");
                }
                again.addListener(sink);
            });
            relayed.complete(relay);
            feed(track, 0, () -> room.unpublish(stream));
        });
        LoopRelay relay = relayed.get(LIMIT_S, TimeUnit.SECONDS);
        assertTrue(sink.ended.await(LIMIT_S, TimeUnit.SECONDS), "it ends");
        CompletableFuture<List<Integer>> left = new CompletableFuture<>();
        here.execute(() -> {
            relay.release();
            relay.across(() -> left.complete(List.of(far.rooms().size())));
        });
        assertEquals(List.of(0), left.get(LIMIT_S, TimeUnit.SECONDS), "the last viewer has gone");
        CompletableFuture<Long> dropped = new CompletableFuture<>();
        here.execute(() -> dropped.complete(home.relayDropped() + home.rooms().size()));
        assertEquals(0, dropped.get(LIMIT_S, TimeUnit.SECONDS));
        assertEquals(PACKETS, sink.sequences.size());
        for (int i = 1; i < PACKETS; i++) {
            assertEquals(sink.sequences.get(i - 1) + 1, sink.sequences.get(i));
        }
        assertTrue(sink.sound, "the bytes are those that were sent");
        assertEquals(List.of(), bugs);
    }

    @Test
    void aTurnMayBringManyViewersAcross() throws Exception {
        int viewers = 1_000;
        List<Integer> done = Collections.synchronizedList(new ArrayList<>());
        CompletableFuture<Integer> left = new CompletableFuture<>();
        here.execute(() -> {
            Room room = home.room("room");
            IncomingStream stream = room.publish("cam");
            IncomingStreamTrack track = stream.addTrack(MediaKind.AUDIO, List.of(RtpFormat.of(Codec.OPUS, 111)));
            for (int i = 0; i < viewers; i++) {
                int number = i;
                home.relay(room, far).across(() -> done.add(number));
                if (i % 7 == 0) {
                    track.source().onRtp(packet(i / 7), here.nowNs());
                }
            }
            LoopRelay relay = home.relay(room, far);
            for (int i = 0; i <= viewers; i++) {
                relay.release();
            }
            room.unpublish(stream);
            relay.across(() -> left.complete(far.rooms().size()));
        });
        assertEquals(0, left.get(LIMIT_S, TimeUnit.SECONDS));
        assertEquals(IntStream.range(0, viewers).boxed().toList(), done);
        assertEquals(List.of(), bugs);
    }

    @Test
    void aLoopThatHangsLosesPacketsAndNobodyWaitsForIt() throws Exception {
        Sink sink = new Sink();
        CountDownLatch hang = new CountDownLatch(1);
        there.execute(() -> {
            try {
                assertTrue(hang.await(LIMIT_S, TimeUnit.SECONDS));
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        });
        CompletableFuture<Long> fed = new CompletableFuture<>();
        here.execute(() -> {
            Room room = home.room("room");
            IncomingStream stream = room.publish("cam");
            IncomingStreamTrack track = stream.addTrack(MediaKind.AUDIO, List.of(RtpFormat.of(Codec.OPUS, 111)));
            LoopRelay relay = home.relay(room, far);
            relay.across(() -> far.room("room").streams().get(0).addListener(sink));
            turns(track, 0, fed, room, stream);
        });
        long dropped = fed.get(LIMIT_S, TimeUnit.SECONDS);
        assertTrue(dropped > 1_000, "dropped " + dropped);
        hang.countDown();
        assertTrue(sink.ended.await(LIMIT_S, TimeUnit.SECONDS), "ends are never lost");
        assertEquals(LoopCrossing.MAX_WAITING * A_TURN, sink.sequences.size());
        assertTrue(sink.sound);
        assertEquals(List.of(), bugs);
    }

    private void turns(
            IncomingStreamTrack track, int turn, CompletableFuture<Long> fed, Room room, IncomingStream stream) {
        if (turn == 2 * LoopCrossing.MAX_WAITING) {
            fed.complete(home.relayDropped());
            room.unpublish(stream);
            return;
        }
        for (int i = 0; i < A_TURN; i++) {
            track.source().onRtp(packet(turn * A_TURN + i), here.nowNs());
        }
        here.execute(() -> here.execute(() -> turns(track, turn + 1, fed, room, stream)));
    }
}
