import io.mediatool.core.codec.Codec;
import io.mediatool.core.codec.MediaKind;
import io.mediatool.core.codec.RtpFormat;
import io.mediatool.core.codec.catalog.CodecCatalog;
import io.mediatool.core.dtls.DtlsConnection;
import io.mediatool.core.dtls.DtlsFingerprint;
import io.mediatool.core.dtls.DtlsRole;
import io.mediatool.core.ice.IceCredentials;
import io.mediatool.core.loop.EventLoop;
import io.mediatool.core.loop.EventLoops;
import io.mediatool.core.loop.UdpBinding;
import io.mediatool.core.srtp.SrtpKeys;
import io.mediatool.core.srtp.SrtpProfile;
import io.mediatool.core.srtp.foreign.FastestGcm;
import io.mediatool.core.stream.PacketHistory;
import io.mediatool.core.stream.RtpIncomingSourceGroup;
import io.mediatool.core.stream.forward.RtpStreamTransponder;
import io.mediatool.core.transport.DtlsIceTransport;
import io.mediatool.core.transport.RtpBundleTransport;
import io.mediatool.core.transport.TransportSetup;
import java.net.InetAddress;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;

/**
 * The forwarding path without signalling, for {@code sfu.sh}: {@code SfuCore VIEWERS}. One socket, one loop; a publisher and
 * viewers whose ICE credentials and keys follow from their numbers ({@link #ice}, {@link Keyed}). Prints its port, runs until it is ended.
 */
final class SfuCore {
    static final int VP8 = 96;
    static final int OPUS = 111;

    /** Video and audio of the publisher: SSRC is the payload type. */
    private record Track(RtpIncomingSourceGroup source, RtpStreamTransponder.Input input, int clockRate, int payloadType) {
        static Track of(Codec codec, int payloadType, PacketHistory history) {
            var source = new RtpIncomingSourceGroup(codec.kind(), List.of(RtpFormat.of(codec, payloadType)));
            source.addListener(history);
            int clockRate = codec.kind() == MediaKind.VIDEO ? 90_000 : 48_000;
            return new Track(source, new RtpStreamTransponder.Input(source, CodecCatalog.of(codec), history), clockRate, payloadType);
        }
    }

    /** The keys of peer {@code number}, without a handshake. */
    record Keyed(int number, DtlsRole role, DtlsConnection.Listener listener) implements DtlsConnection {
        static DtlsConnection open(
                DtlsRole role, List<DtlsFingerprint> peer, EventLoop loop, DtlsConnection.Listener listener) {
            return new Keyed(Integer.parseInt(peer.get(0).value()), role, listener);
        }

        @Override
        public void start(long nowNs) {
            byte[] material = new byte[SrtpKeys.exporterBytes(SrtpProfile.AEAD_AES_128_GCM)];
            new Random(number).nextBytes(material);
            listener.onConnected(SrtpKeys.ofExporter(SrtpProfile.AEAD_AES_128_GCM, material, role == DtlsRole.CLIENT), nowNs);
        }

        @Override
        public void onDatagram(byte[] data, int offset, int length, long nowNs) {}

        @Override
        public long nextDeadlineNs() {
            return Long.MAX_VALUE;
        }

        @Override
        public void onDeadline(long nowNs) {}

        @Override
        public void close(long nowNs) {}
    }

    static IceCredentials ice(boolean server, int number) {
        return new IceCredentials((server ? "server" : "client") + number, "benchbenchbenchbenchbench");
    }

    static TransportSetup setup(boolean server, int number) {
        var peer = List.of(new DtlsFingerprint("sha-256", Integer.toString(number)));
        return new TransportSetup(ice(server, number), server ? DtlsRole.SERVER : DtlsRole.CLIENT, peer);
    }

    private static final class Publisher implements DtlsIceTransport.Listener {
        @Override
        public void onConnected(DtlsIceTransport transport, long nowNs) {}

        @Override
        public void onRtcp(DtlsIceTransport transport, byte[] data, int offset, int length, long nowNs) {}

        @Override
        public void onClosed(DtlsIceTransport transport, String reason, long nowNs) {
            System.err.println("publisher: " + reason);
        }
    }

    private record Viewer(int number, List<Track> tracks, DtlsIceTransport publisher, byte[] scratch)
            implements DtlsIceTransport.Listener {
        @Override
        public void onConnected(DtlsIceTransport transport, long nowNs) {
            for (Track track : tracks) {
                int ssrc = number * 256 + track.payloadType;
                var target = new RtpStreamTransponder.Target(ssrc, track.payloadType, track.clockRate, ssrc + 128, 97);
                var out = new RtpStreamTransponder.Listener() {
                    @Override
                    public void sendRtp(byte[] data, int offset, int length, boolean again, long now) {
                        transport.sendRtp(data, offset, length, !again);
                    }

                    @Override
                    public void onKeyFrameWanted(RtpIncomingSourceGroup source, long now) {
                        byte[] pli = {(byte) 0x81, (byte) 206, 0, 2, 0, 0, 0, 1, 0, 0, 0, VP8};
                        publisher.sendRtcp(pli, 0, pli.length);
                    }

                    @Override
                    public void onEnded(long now) {}
                };
                new RtpStreamTransponder(target, new Random(number), scratch, RtpStreamTransponder.Extensions.NONE, out)
                        .select(track.input, nowNs);
            }
        }

        @Override
        public void onRtcp(DtlsIceTransport transport, byte[] data, int offset, int length, long nowNs) {}

        @Override
        public void onClosed(DtlsIceTransport transport, String reason, long nowNs) {
            System.err.println("viewer " + number + ": " + reason);
        }
    }

    public static void main(String[] args) throws Exception {
        int viewers = Integer.parseInt(args[0]);
        try (EventLoop loop = EventLoops.open("media", Throwable::printStackTrace)) {
            var binding = UdpBinding.ephemeral(InetAddress.getLoopbackAddress()).withBuffers(4 << 20, 4 << 20);
            RtpBundleTransport bundle = RtpBundleTransport.open(
                    loop, List.of(binding), Keyed::open, FastestGcm.choose(System::nanoTime), null);
            loop.execute(() -> {
                List<Track> tracks = List.of(
                        Track.of(Codec.VP8, VP8, new PacketHistory(1_000_000_000L)),
                        Track.of(Codec.OPUS, OPUS, new PacketHistory(1_000_000_000L)));
                DtlsIceTransport publisher = bundle.accept(setup(true, 0), new Publisher());
                for (Track track : tracks) {
                    publisher.sources().addSsrc(track.payloadType, track.source::onRtp);
                }
                byte[] scratch = new byte[4_096];
                for (int i = 1; i <= viewers; i++) {
                    bundle.accept(setup(true, i), new Viewer(i, tracks, publisher, scratch));
                }
            });
            System.out.println(bundle.localAddress().getPort());
            new CountDownLatch(1).await();
        }
    }
}
