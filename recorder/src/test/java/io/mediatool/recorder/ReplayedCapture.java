package io.mediatool.recorder;

import io.mediatool.core.bits.MalformedException;
import io.mediatool.core.codec.Codec;
import io.mediatool.core.codec.MediaKind;
import io.mediatool.core.codec.RtpFormat;
import io.mediatool.core.loop.DatagramCapture;
import io.mediatool.core.loop.FakeNetwork;
import io.mediatool.core.loop.UdpBinding;
import io.mediatool.core.loop.VirtualEventLoop;
import io.mediatool.core.rtcp.Goodbye;
import io.mediatool.core.rtcp.RtcpPacket;
import io.mediatool.core.rtcp.RtcpPackets;
import io.mediatool.core.rtcp.SenderReport;
import io.mediatool.core.rtp.RtpPacket;
import io.mediatool.core.server.IncomingStream;
import io.mediatool.core.server.Room;
import io.mediatool.core.stream.RtpIncomingSourceGroup;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What FFmpeg once pushed, sent again over an emulated network into sockets, a room and a recorder, in virtual time. */
final class ReplayedCapture implements Recorder.Listener {
    private static final String NAME = "ffmpeg-h264-opus";
    private static final int VIDEO_PORT = 5004;
    private static final int AUDIO_PORT = 5006;
    private static final Instant NOW = Instant.parse("2026-11-22T06:28:00Z");
    /** As the SDP of the push had it. */
    private static final RtpFormat H264 = new RtpFormat(
            Codec.H264,
            96,
            "H264",
            90_000,
            1,
            Map.of(
                    "packetization-mode",
                    "1",
                    "sprop-parameter-sets",
                    "Z2QADazZQUH7ARAAAAMAEAAAAwMg8UKZYA==,aOvssiw=",
                    "profile-level-id",
                    "64000D"));

    final List<String> warnings = new ArrayList<>();
    final FakeNetwork network;
    final RecordingSummary summary;
    int ends;
    /** Times at which RTP was received. */
    int turns;

    private long lastTurnNs = -1;
    private int malformed;

    ReplayedCapture(Path file, long seed, FakeNetwork.Link link) throws Exception {
        this(RecorderOptions.defaults(file), seed, link);
    }

    ReplayedCapture(RecorderOptions options, long seed, FakeNetwork.Link link) throws Exception {
        network = new FakeNetwork(seed, link);
        var loop = new VirtualEventLoop(network, bug -> {
            throw new AssertionError("seed " + seed, bug);
        });
        IncomingStream stream = new Room("test", loop).publish("live");
        listen(loop, VIDEO_PORT, stream.addTrack(MediaKind.VIDEO, List.of(H264)).source());
        listen(
                loop,
                AUDIO_PORT,
                stream.addTrack(MediaKind.AUDIO, List.of(RtpFormat.of(Codec.OPUS, 97)))
                        .source());
        Recorder recorder = Recorder.start(loop, options, () -> NOW.plusNanos(loop.nowNs()), Runnable::run, this);
        recorder.add(stream);
        List<DatagramCapture.Datagram> capture = DatagramCapture.read(resource(NAME + ".pcap"));
        DatagramCapture.replay(capture, loop, InetAddress.getLoopbackAddress(), 1_000_000_000);
        loop.advanceTo(20_000_000_000L);
        var done = recorder.stop();
        loop.advanceBy(0);
        summary = done.join();
        loop.close();
        if (malformed != 0) {
            throw new AssertionError("malformed packets in the capture: " + malformed);
        }
    }

    static byte[] resource(String name) throws IOException {
        try (InputStream in = ReplayedCapture.class.getResourceAsStream(name)) {
            return in.readAllBytes();
        }
    }

    /** What FFmpeg said of the same clip. */
    static List<String> golden() throws IOException {
        return new String(resource(NAME + ".framemd5"), StandardCharsets.US_ASCII)
                .lines()
                .filter(line -> !line.startsWith("#"))
                .toList();
    }

    /** RTP and RTCP of one medium. */
    private void listen(VirtualEventLoop loop, int port, RtpIncomingSourceGroup source) throws IOException {
        InetAddress here = InetAddress.getLoopbackAddress();
        var packet = new RtpPacket();
        loop.bind(UdpBinding.of(new InetSocketAddress(here, port)), (data, offset, length, remote, nowNs) -> {
            if (nowNs != lastTurnNs) {
                lastTurnNs = nowNs;
                turns++;
            }
            try {
                source.onRtp(packet.wrap(data, offset, length), nowNs);
            } catch (MalformedException e) {
                malformed++;
            }
        });
        loop.bind(UdpBinding.of(new InetSocketAddress(here, port + 1)), (data, offset, length, remote, nowNs) -> {
            try {
                for (RtcpPacket rtcp : RtcpPackets.parse(data, offset, length)) {
                    onRtcp(source, rtcp, nowNs);
                }
            } catch (MalformedException e) {
                malformed++;
            }
        });
    }

    private static void onRtcp(RtpIncomingSourceGroup source, RtcpPacket rtcp, long nowNs) {
        if (rtcp instanceof SenderReport report) {
            source.onSenderReport(report.ssrc(), report.ntpTime(), report.rtpTimestamp(), nowNs);
        } else if (rtcp instanceof Goodbye bye) {
            bye.ssrcs().forEach(ssrc -> source.onBye(ssrc, nowNs));
        }
    }

    @Override
    public void onWarning(String line) {
        warnings.add(line);
    }

    @Override
    public void onFailed(IOException cause) {
        throw new AssertionError(cause);
    }

    @Override
    public void onStreamEnded() {
        ends++;
    }
}
