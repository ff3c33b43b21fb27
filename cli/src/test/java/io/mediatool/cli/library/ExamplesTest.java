package io.mediatool.cli.library;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mediatool.cli.Samples;
import io.mediatool.core.codec.Codec;
import io.mediatool.core.codec.MediaKind;
import io.mediatool.core.codec.RtpFormat;
import io.mediatool.core.dtls.DtlsCertificate;
import io.mediatool.core.dtls.DtlsRole;
import io.mediatool.core.ice.IceCredentials;
import io.mediatool.core.loop.EventLoop;
import io.mediatool.core.loop.EventLoops;
import io.mediatool.core.rtp.RtpPacket;
import io.mediatool.core.rtp.extension.ExtensionMap;
import io.mediatool.core.server.IncomingStream;
import io.mediatool.core.server.MediaServer;
import io.mediatool.core.server.MediaTerms;
import io.mediatool.core.server.Room;
import io.mediatool.core.server.outgoing.OutgoingStream;
import io.mediatool.core.server.outgoing.OutgoingTerms;
import io.mediatool.core.server.peer.Endpoint;
import io.mediatool.core.server.peer.EndpointOptions;
import io.mediatool.core.server.peer.IncomingTerms;
import io.mediatool.core.server.peer.Transport;
import io.mediatool.core.stream.RtpIncomingSourceGroup;
import io.mediatool.core.transport.TransportSetup;
import io.mediatool.player.Player;
import io.mediatool.player.PlayerOptions;
import io.mediatool.recorder.Recorder;
import io.mediatool.recorder.RecorderOptions;
import io.mediatool.recorder.RecordingSummary;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What README shows of mediatool as a library, word by word ({@code ReadmeTest} compares), and that it works. */
final class ExamplesTest {
    private static final long PATIENCE_S = 60;

    private final InstantSource clock = InstantSource.system();
    private final SecureRandom random = new SecureRandom();
    private final ExecutorService files = Executors.newSingleThreadExecutor();
    private final Path clip =
            Path.of(System.getProperty("mediatool.home", "..")).resolve("scripts/start/clip.mp4");

    @TempDir
    Path folder;

    @AfterEach
    void close() {
        files.shutdown();
    }

    @Test
    void playerAndRecorder() throws Exception {
        Path copy = folder.resolve("copy.mp4");
        Copy.main(clip.toString(), copy.toString());
        Samples.assertSame(clip, copy);
    }

    private Player play(Path clip, Room room) throws Exception {
        var player = Player.open(
                room, "clip", PlayerOptions.defaults(List.of(clip)), clock, random, files, new Player.Listener() {});
        player.start();
        return player;
    }

    /** Two servers, as two processes would be: one goes to the other, without a description of sessions. */
    @Test
    void endpointsTransportsAndStreams() throws Exception {
        Path copy = folder.resolve("far.mp4");
        try (EventLoop loop = EventLoops.open("media", Throwable::printStackTrace);
                Endpoint near = endpoint(loop);
                Endpoint far = endpoint(loop)) {
            var recorder =
                    Recorder.start(loop, RecorderOptions.defaults(copy), clock, files, new Recorder.Listener() {});
            var ends = new AtomicInteger(2); // what is published before both are connected nobody hears
            var connected = new CompletableFuture<String>();
            var toCome = new CountDownLatch(
                    Samples.of(clip).values().stream().mapToInt(List::size).sum());
            var events = new Transport.Listener() {
                @Override
                public void onConnected(Transport transport, long nowNs) {
                    if (ends.decrementAndGet() == 0) {
                        connected.complete("connected");
                    }
                }

                @Override
                public void onClosed(Transport transport, String reason, long nowNs) {
                    connected.complete(reason);
                }
            };
            var room = new CompletableFuture<Room>();
            loop.execute(() -> {
                connect(near, far, events);
                IncomingStream incoming = far.server().room("there").streams().get(0);
                incoming.tracks().forEach(track -> track.source().addListener(new Arrivals(track.kind(), toCome)));
                recorder.add(incoming);
                room.complete(near.server().room("here"));
            });
            assertEquals("connected", connected.get(PATIENCE_S, TimeUnit.SECONDS));
            Player player = play(clip, room.join());
            player.done().get(PATIENCE_S, TimeUnit.SECONDS);
            assertTrue(toCome.await(PATIENCE_S, TimeUnit.SECONDS), () -> "on the way: " + toCome.getCount());
            RecordingSummary summary = recorder.stop().get(PATIENCE_S, TimeUnit.SECONDS);
            assertNull(summary.failure());
            for (AutoCloseable each : List.of(recorder, player, near, far, recorder, player, near, far)) {
                each.close();
            }
        }
        Samples.assertSame(clip, copy);
    }

    /** Counts frames: each packet of sound, and the last one of each picture. */
    private record Arrivals(MediaKind kind, CountDownLatch toCome) implements RtpIncomingSourceGroup.Listener {
        @Override
        public void onRtp(RtpIncomingSourceGroup from, RtpPacket packet, long sequence, long timestamp, long nowNs) {
            if (kind == MediaKind.AUDIO || packet.marker()) {
                toCome.countDown();
            }
        }

        @Override
        public void onEnded(RtpIncomingSourceGroup from, long nowNs) {
            // what came before is what counts
        }
    }

    private Endpoint endpoint(EventLoop loop) throws IOException {
        InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        MediaServer server = new MediaServer(loop, random, clock);
        DtlsCertificate certificate = DtlsCertificate.selfSigned(random, clock.instant());
        Endpoint endpoint = Endpoint.open(server, EndpointOptions.of(address), certificate, random);
        return endpoint;
    }

    private static MediaTerms.Payload payload(Codec codec, int payloadType) {
        Map<String, String> parameters = codec == Codec.H264 ? Map.of("packetization-mode", "1") : Map.of();
        return new MediaTerms.Payload(
                RtpFormat.of(codec, payloadType, parameters),
                MediaTerms.NO_RTX,
                Set.of(MediaTerms.Feedback.NACK, MediaTerms.Feedback.PLI));
    }

    private void connect(Endpoint near, Endpoint far, Transport.Listener events) {
        MediaTerms.Payload h264 = payload(Codec.H264, 96);
        MediaTerms.Payload opus = payload(Codec.OPUS, 111);
        MediaTerms picture = new MediaTerms("0", MediaKind.VIDEO, List.of(h264), ExtensionMap.NONE, false);
        MediaTerms sound = new MediaTerms("1", MediaKind.AUDIO, List.of(opus), ExtensionMap.NONE, false);
        IceCredentials one = IceCredentials.random(random);
        IceCredentials two = IceCredentials.random(random);

        Transport there = far.accept(new TransportSetup(two, DtlsRole.SERVER, List.of(near.fingerprint())), events);
        IncomingStream incoming = far.server().room("there").publish("clip");
        there.publish(
                incoming,
                List.of(
                        new IncomingTerms(picture, List.of(), List.of()),
                        new IncomingTerms(sound, List.of(), List.of())));

        Transport here = near.connect(
                new TransportSetup(one, DtlsRole.CLIENT, List.of(far.fingerprint())), two, far.candidates(), events);
        OutgoingStream outgoing = here.send(List.of(
                new OutgoingTerms(picture, 1, 2, "me", sent -> sent.codec() == Codec.H264 ? h264 : null),
                new OutgoingTerms(sound, 3, 4, "me", sent -> sent.codec() == Codec.OPUS ? opus : null)));
        near.server().room("here").addListener((room, stream) -> outgoing.attachTo(stream));
    }
}
