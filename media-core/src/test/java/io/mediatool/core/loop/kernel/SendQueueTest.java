package io.mediatool.core.loop.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mediatool.core.loop.LeakWatch;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.socket.DatagramPacket;
import io.netty.channel.unix.Errors;
import io.netty.channel.unix.SegmentedDatagramPacket;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.extension.ExtendWith;

/** How datagrams become writes, over a kernel that refuses and stalls on command. */
@ExtendWith(LeakWatch.class)
@EnabledOnOs(OS.LINUX)
final class SendQueueTest {
    private static final InetSocketAddress A = new InetSocketAddress(InetAddress.getLoopbackAddress(), 5_004);
    private static final InetSocketAddress B = new InetSocketAddress(InetAddress.getLoopbackAddress(), 5_006);

    private final Kernel kernel = new Kernel();
    private final EmbeddedChannel channel = new EmbeddedChannel(kernel);
    private final SendBuffers buffers = new SendBuffers();
    private final SendQueue queue = new SendQueue(channel, true, buffers);

    @AfterEach
    void giveBackWhatIsKept() {
        queue.close();
        buffers.close();
    }

    private void send(InetSocketAddress to, int... sizes) {
        for (int size : sizes) {
            queue.send(new byte[size], 0, size, to);
        }
    }

    private void send(int times, int size, InetSocketAddress to) {
        for (int i = 0; i < times; i++) {
            send(to, size);
        }
    }

    @Test
    void equalSizesLeaveAsOneSegmentedWriteWithAShorterTail() {
        send(A, 1_200, 1_200, 1_200, 700, 1_200);
        queue.flush();
        assertEquals(List.of("A 4300/1200", "A 1200"), kernel.taken);
        assertEquals(5, queue.counters().sent());
        assertEquals(5_500, queue.counters().sentBytes());
    }

    @Test
    void runsKeepToTheKernelsLimits() {
        send(130, 100, A);
        send(60, 1_400, B);
        queue.flush();
        assertEquals(List.of("A 6400/100", "A 6400/100", "A 200/100", "B 64400/1400", "B 19600/1400"), kernel.taken);
    }

    @Test
    void whatDoesNotFitAnEthernetFrameGoesSingly() {
        send(A, 1_472, 1_472, 1_473, 1_473);
        queue.flush();
        assertEquals(List.of("A 2944/1472", "A 1473", "A 1473"), kernel.taken);
    }

    @Test
    void destinationsDoNotBreakEachOthersRuns() {
        for (int i = 0; i < 3; i++) {
            send(A, 500);
            send(B, 600);
        }
        queue.flush();
        assertEquals(List.of("A 1500/500", "B 1800/600"), kernel.taken);
    }

    @Test
    void aRefusalOfOnePathSendsSinglyInOrderAndLeavesOtherDestinationsAlone() {
        assertTrue(Epoll.isAvailable());
        kernel.refusals.add(new Errors.NativeIoException("sendmmsg", -22));
        send(A, 900, 900, 800, 950, 950);
        send(B, 700, 700);
        queue.flush();
        assertEquals(List.of("A 900", "A 900", "A 800", "A 950", "A 950", "B 1400/700"), kernel.taken);
        send(A, 900, 900);
        queue.flush();
        assertEquals(List.of("A 900", "A 900"), kernel.taken.subList(6, 8));
        assertEquals(9, queue.counters().sent());
        assertEquals(0, queue.counters().failed());
    }

    @Test
    void aRefusalByTheDeviceTurnsItOffForTheSocket() {
        assertTrue(Epoll.isAvailable());
        kernel.refusals.add(new Errors.NativeIoException("sendmmsg", -5));
        send(A, 900, 900);
        send(B, 700, 700);
        queue.flush();
        assertEquals(List.of("A 900", "A 900", "B 700", "B 700"), kernel.taken);
    }

    @Test
    void aMissingRouteCountsAndIsNotHeldAgainstSegmentation() {
        kernel.refusals.add(new IOException("no route"));
        kernel.singleRefusals.add(new IOException("no route"));
        kernel.singleRefusals.add(new IOException("no route"));
        send(A, 900, 900);
        queue.flush();
        assertEquals(2, queue.counters().failed());
        send(A, 900, 900);
        queue.flush();
        assertEquals(List.of("A 1800/900"), kernel.taken);
    }

    @Test
    void aLateRefusalIsSentAgain() {
        assertTrue(Epoll.isAvailable());
        kernel.stalled = true;
        send(A, 900, 900);
        queue.flush();
        kernel.refusals.add(new Errors.NativeIoException("sendmmsg", -22));
        kernel.goOn();
        channel.runPendingTasks();
        assertEquals(List.of("A 900", "A 900"), kernel.taken);
    }

    @Test
    void aStalledKernelBoundsTheQueueAndCountsTheRest() {
        kernel.stalled = true;
        int many = SendQueue.MAX_PENDING_DATAGRAMS + 10;
        send(many, 100, A);
        queue.flush();
        assertEquals(10, queue.counters().dropped());
        kernel.goOn();
        assertEquals(many - 10, queue.counters().sent());
        send(A, 100);
        queue.flush();
        assertEquals(many - 9, queue.counters().sent());
        send(SendQueue.MAX_PENDING_BYTES / 60_000, 60_000, A);
        queue.flush();
        assertEquals(10, queue.counters().dropped());
    }

    @Test
    void aClosedChannelFailsWhatIsLeft() {
        channel.close().syncUninterruptibly();
        send(A, 10, 10, 20);
        queue.flush();
        assertEquals(3, queue.counters().failed());
        assertEquals(0, queue.counters().sent());
    }

    @Test
    void buffersComeBack() {
        for (int i = 0; i < 1_000; i++) {
            send(A, 1_200, 1_200, 1_200);
            queue.flush();
        }
        assertEquals(1, kernel.promises.size(), "one run object serves all");
    }

    /** The end of the pipeline: takes writes, refuses those it has a refusal for, holds them while stalled. */
    private static final class Kernel extends ChannelOutboundHandlerAdapter {
        final List<String> taken = new ArrayList<>();
        final Queue<Throwable> refusals = new ArrayDeque<>();
        final Queue<Throwable> singleRefusals = new ArrayDeque<>();
        final List<ChannelPromise> promises = new ArrayList<>();
        boolean stalled;
        private final ArrayDeque<Runnable> held = new ArrayDeque<>();

        void goOn() {
            stalled = false;
            for (Runnable next = held.poll(); next != null; next = held.poll()) {
                next.run();
            }
        }

        @Override
        public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
            DatagramPacket packet = (DatagramPacket) message;
            if (!context.channel().isOpen()) {
                packet.release();
                promise.setFailure(new java.nio.channels.ClosedChannelException());
                return;
            }
            if (stalled) {
                held.add(() -> take(packet, promise));
            } else {
                take(packet, promise);
            }
        }

        private void take(DatagramPacket packet, ChannelPromise promise) {
            boolean segmented = packet instanceof SegmentedDatagramPacket;
            Throwable refusal = segmented ? refusals.poll() : singleRefusals.poll();
            ByteBuf content = packet.content();
            String text = (packet.recipient().equals(A) ? "A " : "B ")
                    + content.readableBytes()
                    + (packet instanceof SegmentedDatagramPacket run ? "/" + run.segmentSize() : "");
            packet.release();
            if (refusal != null) {
                promise.setFailure(refusal);
                return;
            }
            taken.add(text);
            if (!promises.contains(promise)) {
                promises.add(promise);
            }
            promise.setSuccess();
        }
    }
}
