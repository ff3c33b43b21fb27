package io.mediatool.core.stream.repair;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import io.mediatool.core.bits.MalformedException;
import io.mediatool.core.codec.Codec;
import io.mediatool.core.codec.MediaKind;
import io.mediatool.core.codec.RtpFormat;
import io.mediatool.core.codec.catalog.CodecCatalog;
import io.mediatool.core.rtp.RtpPacket;
import io.mediatool.core.rtp.extension.ExtensionMap;
import io.mediatool.core.rtp.extension.ExtensionWriter;
import io.mediatool.core.rtp.extension.HeaderExtensions;
import io.mediatool.core.rtp.extension.RtpExtension;
import io.mediatool.core.stream.PacketHistory;
import io.mediatool.core.stream.RtpIncomingSourceGroup;
import io.mediatool.core.stream.forward.RtpStreamTransponder;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** A forwarded packet costs no garbage: neither its losses nor its history, its extensions nor its viewers. */
final class SteadyStateTest implements RtpStreamTransponder.Listener, RtpNackGenerator.Listener {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final int PACKETS = 20_000;
    private static final int VIEWERS = 5;

    private final HeaderExtensions incoming = new HeaderExtensions();
    private final ExtensionMap map =
            ExtensionMap.of(Map.of(1, RtpExtension.ABS_CAPTURE_TIME, 2, RtpExtension.TRANSPORT_SEQUENCE));
    private final ExtensionWriter writer = new ExtensionWriter();
    private final RtpIncomingSourceGroup source =
            new RtpIncomingSourceGroup(MediaKind.VIDEO, List.of(RtpFormat.of(Codec.VP8, 96)));
    private final RtpNackGenerator nacks = new RtpNackGenerator(400_000_000L, this);
    private final byte[] bytes = new byte[1200];
    private final RtpPacket packet = new RtpPacket();
    private long sent;
    private int number;

    @Override
    public void sendRtp(byte[] data, int offset, int length, boolean retransmission, long nowNs) {
        sent++;
    }

    @Override
    public void onKeyFrameWanted(RtpIncomingSourceGroup which, long nowNs) {}

    @Override
    public void onEnded(long nowNs) {}

    @Override
    public void onNack(long[] sequences, int count, long nowNs) {}

    @Override
    public void onGivenUp(int count, long nowNs) {}

    private int extensions(RtpPacket which, byte[] target, int offset) {
        try {
            incoming.read(which, map);
        } catch (MalformedException e) {
            return 0;
        }
        return writer.begin(map, true)
                .putForwarded(incoming)
                .reserve(RtpExtension.TRANSPORT_SEQUENCE, 2)
                .write(target, offset);
    }

    private void send(int count) throws MalformedException {
        for (int i = 0; i < count; i++) {
            number++;
            RtpPacket.writeHeader(bytes, 0, true, 96, number, 3000L * number, 5);
            bytes[0] |= 0x10;
            long nowNs = number * 1_000_000L;
            nacks.onDeadline(nowNs);
            if (number % 10 != 0) {
                source.onRtp(packet.wrap(bytes, 0, bytes.length), nowNs);
                nacks.onPacket(number, nowNs);
            }
        }
    }

    @Test
    void forwardingAllocatesNothing() throws MalformedException {
        byte[] head = {(byte) 0xbe, (byte) 0xde, 0, 3, 0x17, 1, 2, 3, 4, 5, 6, 7, 8, 0, 0, 0};
        System.arraycopy(head, 0, bytes, 12, head.length);
        byte[] key = {(byte) 0x90, (byte) 0xe0, (byte) 0x81, 2, 3, 0x20, 0x50, 1};
        System.arraycopy(key, 0, bytes, 28, key.length);
        var history = new PacketHistory(1_000_000_000L);
        source.addListener(history);
        byte[] scratch = new byte[4096];
        for (int i = 0; i < VIEWERS; i++) {
            var viewer = new RtpStreamTransponder(
                    new RtpStreamTransponder.Target(i, 96, 90_000, 0, -1),
                    new Random(i),
                    scratch,
                    this::extensions,
                    this);
            viewer.select(new RtpStreamTransponder.Input(source, CodecCatalog.of(Codec.VP8), history), 0);
        }
        send(PACKETS);
        long before = THREADS.getCurrentThreadAllocatedBytes();
        send(PACKETS);
        long allocated = THREADS.getCurrentThreadAllocatedBytes() - before;
        assertEquals(2L * PACKETS * 9 / 10 * VIEWERS, sent);
        assertTrue(allocated < PACKETS, allocated + " bytes for " + PACKETS + " packets");
    }
}
