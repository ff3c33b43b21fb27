package io.mediatool.core.server.peer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mediatool.core.loop.VirtualEventLoop;
import io.mediatool.core.server.IncomingStream;
import io.mediatool.core.server.MediaServer;
import io.mediatool.core.server.Room;
import io.mediatool.core.srtp.SrtpProfile;
import io.mediatool.core.transport.InstantDtls;
import io.mediatool.core.transport.TestPeer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;

/** The handles of the salon are closed in any order, and twice. */
final class ClosingTest {
    private final Random random = new Random(1);
    private final VirtualEventLoop loop = new VirtualEventLoop();
    private final MediaServer server = new MediaServer(loop, random, () -> Instant.EPOCH);

    private Endpoint endpoint() throws IOException {
        var dtls = InstantDtls.factory(SrtpProfile.AEAD_AES_128_GCM, random);
        var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        return Endpoint.open(server, EndpointOptions.of(address).withTcp(false), dtls, TestPeer.ANYBODY);
    }

    @Test
    void streamsEndWithTheirRoom() throws Exception {
        Endpoint endpoint = endpoint();
        List<String> gone = new ArrayList<>();
        server.addListener(new MediaServer.Listener() {
            @Override
            public void onRoom(Room room) {}

            @Override
            public void onRoomGone(Room room) {
                gone.add(room.name());
            }
        });
        IncomingStream stream = server.room("demo").publish("clip");
        for (int i = 0; i < 2; i++) {
            server.close();
            endpoint.close();
            loop.advanceBy(0);
        }
        assertTrue(stream.isEnded());
        assertEquals(List.of("demo"), gone);
    }

    @Test
    void whatIsClosedAfterItsLoopHasGoneWithIt() throws Exception {
        Endpoint endpoint = endpoint();
        Room alone = new Room("alone", loop);
        loop.close();
        for (int i = 0; i < 2; i++) {
            alone.close();
            server.close();
            endpoint.close();
        }
        assertFalse(loop.tryExecute(() -> {}));
        var counters = endpoint.counters().toCompletableFuture();
        assertThrows(CompletionException.class, counters::join);
    }
}
