package io.mediatool.core.server.outgoing;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.mediatool.core.bits.MalformedException;
import io.mediatool.core.codec.Codec;
import io.mediatool.core.codec.MediaKind;
import io.mediatool.core.codec.RtpFormat;
import io.mediatool.core.loop.VirtualEventLoop;
import io.mediatool.core.rtp.RtpPacket;
import io.mediatool.core.rtp.extension.ExtensionMap;
import io.mediatool.core.rtp.extension.ExtensionWriter;
import io.mediatool.core.server.IncomingStream;
import io.mediatool.core.server.MediaServer;
import io.mediatool.core.server.MediaTerms;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** A viewer that breaks an invariant does not take others with it. */
final class BrokenViewerTest {
    private final VirtualEventLoop loop = new VirtualEventLoop();
    private final Random random = new Random(1);
    private final MediaServer server = new MediaServer(loop, random, () -> Instant.EPOCH);
    private final IncomingStream stream = server.room("room").publish("cam");

    private final class Viewer implements ConnectedCarrier {
        final List<Integer> sent = new ArrayList<>();
        final List<RuntimeException> bugs = new ArrayList<>();
        final OutgoingStream outgoing;
        private final int breaksAt;

        Viewer(int breaksAt) {
            this.breaksAt = breaksAt;
            var payload = new MediaTerms.Payload(RtpFormat.of(Codec.OPUS, 111), MediaTerms.NO_RTX, Set.of());
            var terms = new MediaTerms("0", MediaKind.AUDIO, List.of(payload), ExtensionMap.NONE, false);
            outgoing = new OutgoingStream(
                    this,
                    List.of(new OutgoingStreamTrack(
                            this,
                            new OutgoingTerms(terms, 5, 6, "c", of -> payload),
                            loop,
                            random,
                            new byte[4_096],
                            new ExtensionWriter())));
            outgoing.attachTo(stream);
        }

        @Override
        public long nowNs() {
            return loop.nowNs();
        }

        @Override
        public void sendRtp(byte[] data, int offset, int length, boolean mayPad) {
            sent.add(length);
            if (sent.size() == breaksAt) {
                throw new IllegalStateException("broken");
            }
        }

        @Override
        public void stamp(byte[] data, int length, int sequenceAt, int timeAt, long nowNs) {
            assertEquals(-1, sequenceAt, "not agreed on");
        }

        @Override
        public void fail(RuntimeException bug, long nowNs) {
            bugs.add(bug);
            outgoing.close();
        }

        @Override
        public void remove(OutgoingStream of) {
            assertEquals(outgoing, of);
        }
    }

    @Test
    void theOthersGoOn() throws MalformedException {
        var source = stream.addTrack(MediaKind.AUDIO, List.of(RtpFormat.of(Codec.OPUS, 111)))
                .source();
        Viewer first = new Viewer(-1);
        Viewer broken = new Viewer(3);
        Viewer last = new Viewer(-1);
        for (int i = 0; i < 10; i++) {
            byte[] packet = new byte[50];
            RtpPacket.writeHeader(packet, 0, false, 111, i, 960L * i, 1);
            source.onRtp(RtpPacket.of(packet, 0, packet.length), loop.nowNs());
        }
        source.deliver();
        assertEquals(List.of(), first.bugs);
        assertEquals(10, first.sent.size());
        assertEquals(10, last.sent.size());
        assertEquals(3, broken.sent.size());
        assertEquals("broken", broken.bugs.get(0).getMessage());
        assertEquals(1, broken.bugs.size());
    }
}
