package io.mediatool.core.signalling.session;

import io.mediatool.core.bits.MalformedException;
import io.mediatool.core.congestion.ArrivalRecorder;
import io.mediatool.core.dtls.DtlsRole;
import io.mediatool.core.ice.IceCandidate;
import io.mediatool.core.ice.IceCredentials;
import io.mediatool.core.loop.FakeNetwork.Link;
import io.mediatool.core.rtcp.OtherRtcp;
import io.mediatool.core.rtcp.ReceiverReport;
import io.mediatool.core.rtcp.RtcpPacket;
import io.mediatool.core.rtcp.RtcpPackets;
import io.mediatool.core.rtcp.RtcpWriter;
import io.mediatool.core.rtcp.SenderReport;
import io.mediatool.core.rtcp.feedback.Feedback;
import io.mediatool.core.rtcp.feedback.FeedbackPackets;
import io.mediatool.core.rtcp.feedback.Nack;
import io.mediatool.core.rtcp.feedback.PictureLoss;
import io.mediatool.core.rtcp.feedback.TransportFeedback;
import io.mediatool.core.rtp.RtpPacket;
import io.mediatool.core.rtp.extension.ExtensionMap;
import io.mediatool.core.rtp.extension.HeaderExtensions;
import io.mediatool.core.rtp.extension.RtpExtension;
import io.mediatool.core.transport.DtlsIceTransport;
import io.mediatool.core.transport.RtpBundleTransport;
import io.mediatool.core.transport.TestPeer;
import io.mediatool.core.transport.TransportSetup;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A browser as the tests need it: offers, connects, sends pictures and sound that can be told apart, answers and makes feedback. */
final class SfuClient implements DtlsIceTransport.Listener {
    static final int OPUS = 111;
    static final int RED = 63;
    static final int VP8 = 127; // the highest, as browsers use it
    static final int RTX = 126;
    private static final ExtensionMap ARRIVALS = ExtensionMap.of(Map.of(4, RtpExtension.TRANSPORT_SEQUENCE));

    final SfuStage stage;
    final RtpBundleTransport port;
    final List<String> events = new ArrayList<>();
    final List<Layer> layers = new ArrayList<>();
    final TreeMap<Integer, Received> received = new TreeMap<>();
    final List<SenderReport> senderReports = new ArrayList<>();
    final List<ReceiverReport> receiverReports = new ArrayList<>();
    final List<TransportFeedback> arrivals = new ArrayList<>();
    /** Datagrams of RTCP with feedback in them. */
    final List<List<RtcpPacket>> feedback = new ArrayList<>();

    int digest = 1;
    int plis;
    int nacks;
    boolean repairs = true;
    /** Whether what it is sent was made by one of its kind, and can be read. */
    boolean reads = true;

    /** Whether it makes the key frames that it is asked for. */
    boolean obliging = true;
    /** Whether it offers sound with its past (RFC 2198), and a publisher sends it so. */
    boolean red;

    /** Whether it tells when each packet came, as browsers do. */
    boolean tellsArrivals = true;

    /** Whether it offers to take feedback without a report before it. */
    boolean reducedSize;

    private final IceCredentials ice;
    private @Nullable Session session;
    private @Nullable DtlsIceTransport transport;
    private boolean sending;
    private int transportSequence;
    private final HeaderExtensions extensions = new HeaderExtensions();
    private final ArrivalRecorder recorder =
            new ArrivalRecorder(50 * SfuStage.MS, (feedback, nowNs) -> sendFeedback(feedback));

    /** What a publisher sends. */
    record Sends(boolean pli, String... rids) {
        static final Sends USUAL = new Sends(true);
        static final Sends WITHOUT_KEY_FRAMES = new Sends(false);
        static final Sends SIMULCAST = new Sends(true, "q", "h", "f");
    }

    SfuClient(SfuStage stage) throws IOException {
        this(stage, SfuStage.IPV4);
    }

    /** @param address its own */
    SfuClient(SfuStage stage, InetAddress address) throws IOException {
        this.stage = stage;
        this.port = stage.port(address);
        this.ice = IceCredentials.random(stage.random);
    }

    Session session() {
        if (session == null) {
            throw new AssertionError("no session");
        }
        return session;
    }

    DtlsIceTransport transport() {
        if (transport == null) {
            throw new AssertionError("no transport");
        }
        return transport;
    }

    private String head() {
        return "v=0\r\no=- 1 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\na=group:BUNDLE 0 1\r\na=extmap-allow-mixed\r\n";
    }

    private String medium(String kind, String types, int mid, String direction) {
        return "m=" + kind + " 9 UDP/TLS/RTP/SAVPF " + types + "\r\nc=IN IP4 0.0.0.0\r\na=ice-ufrag:" + ice.ufrag()
                + "\r\na=ice-pwd:" + ice.password() + "\r\na=fingerprint:sha-256 " + "00:".repeat(31)
                + "00\r\na=setup:actpass\r\na=mid:" + mid + "\r\na=" + direction
                + "\r\na=rtcp-mux\r\n" + (reducedSize ? "a=rtcp-rsize\r\n" : "")
                + "a=extmap:1 urn:ietf:params:rtp-hdrext:sdes:mid\r\n"
                + "a=extmap:4 http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01\r\n";
    }

    private String opus() {
        return (red ? "a=rtpmap:63 red/48000/2\r\na=fmtp:63 111/111\r\n" : "")
                + "a=rtpmap:111 opus/48000/2\r\na=rtcp-fb:111 transport-cc\r\n";
    }

    private static String vp8(boolean pli, boolean rtx) {
        return "a=rtpmap:127 VP8/90000\r\na=rtcp-fb:127 nack\r\na=rtcp-fb:127 transport-cc\r\n"
                + (pli ? "a=rtcp-fb:127 nack pli\r\na=rtcp-fb:127 ccm fir\r\n" : "")
                + (rtx ? "a=rtpmap:126 rtx/90000\r\na=fmtp:126 apt=127\r\n" : "");
    }

    String publishOffer(Sends what) {
        StringBuilder offer = new StringBuilder(head());
        offer.append(medium("audio", red ? "63 111" : "111", 0, "sendonly")).append(opus());
        int base = 1_000_000 * (1 + stage.random.nextInt(1_000));
        layers.add(new Layer(this, "", 0, base, red ? RED : OPUS));
        offer.append("a=ssrc:").append(base).append(" cname:c\r\n");
        offer.append(medium("video", "127 126", 1, "sendonly")).append(vp8(what.pli, true));
        if (what.rids.length == 0) {
            layers.add(new Layer(this, "", 1, base + 10, VP8));
            offer.append("a=ssrc-group:FID ").append(base + 10).append(' ').append(base + 11);
            offer.append("\r\na=ssrc:").append(base + 10).append(" cname:c\r\n");
            offer.append("a=ssrc:").append(base + 11).append(" cname:c\r\n");
        } else {
            offer.append("a=extmap:2 urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id\r\n");
            offer.append("a=extmap:3 urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id\r\n");
            for (String rid : what.rids) {
                layers.add(new Layer(this, rid, 1, base + 10 * layers.size(), VP8));
                offer.append("a=rid:").append(rid).append(" send\r\n");
            }
            offer.append("a=simulcast:send ")
                    .append(String.join(";", what.rids))
                    .append("\r\n");
        }
        return offer.toString();
    }

    String watchOffer(boolean rtx) {
        return head()
                + medium("audio", red ? "63 111" : "111", 0, "recvonly")
                + opus()
                + medium("video", rtx ? "127 126" : "127", 1, "recvonly")
                + vp8(true, rtx);
    }

    /** Has the session and never connects. */
    void forget(Session its) {
        session = its;
    }

    /** Connects as the session's answer says. */
    void begin(Session its) {
        session = its;
        connect(its.answer());
    }

    private void connect(String answer) {
        IceCredentials theirs = new IceCredentials(find(answer, "ice-ufrag:(\\S+)"), find(answer, "ice-pwd:(\\S+)"));
        var setup = new TransportSetup(ice, DtlsRole.CLIENT, List.of(TestPeer.ANYBODY));
        transport = port.connect(setup, theirs, stage.random, this);
        addCandidate(answer);
    }

    /** Of those in {@code answer} the one that its own address can reach. */
    private void addCandidate(String answer) {
        boolean ipv4 = port.localAddress().getAddress() instanceof Inet4Address;
        String address = ipv4 ? "[0-9.]+" : "[0-9a-f:]+:[0-9a-f:]*";
        IceCandidate candidate = IceCandidate.parse(find(answer, "a=(candidate:\\S+ 1 udp \\d+ " + address + " .*)"));
        if (candidate == null) {
            throw new AssertionError(answer);
        }
        transport().addCandidate(candidate, stage.loop.nowNs());
    }

    /** Goes over to new credentials as {@code fragment}, the server's answer to a restart, has them. */
    void restart(IceCredentials own, String fragment) {
        var theirs = new IceCredentials(find(fragment, "ice-ufrag:(\\S+)"), find(fragment, "ice-pwd:(\\S+)"));
        transport().restartIce(own, theirs, stage.loop.nowNs());
        addCandidate(fragment);
    }

    static String find(String text, String pattern) {
        Matcher matcher = Pattern.compile(pattern).matcher(text);
        if (!matcher.find()) {
            throw new AssertionError("no " + pattern + " in\n" + text);
        }
        return matcher.group(1).strip();
    }

    IceCredentials ice() {
        return ice;
    }

    /** Sends 30 pictures and 50 pieces of sound a second until {@link #stop}. */
    void send() {
        sending = true;
        tick(33_333_333L, () -> layers.stream().filter(each -> each.isVideo()).forEach(Layer::sendFrame));
        tick(20 * SfuStage.MS, () -> layers.get(0).sendSound());
        tick(SfuStage.S, () -> layers.forEach(Layer::sendReport));
    }

    void stop() {
        sending = false;
    }

    private void tick(long everyNs, Runnable task) {
        stage.loop.schedule(stage.loop.nowNs() + everyNs, nowNs -> {
            if (sending) {
                task.run();
                tick(everyNs, task);
            }
        });
    }

    int nextTransportSequence() {
        return transportSequence++;
    }

    Layer video(int index) {
        return layers.get(1 + index);
    }

    /** What is sent to it goes over {@code link} from now on. */
    void downlink(Link link) {
        stage.network.link(port.localAddress(), link);
    }

    /** What came of the one video that a viewer is sent. */
    Received video() {
        return byType(VP8);
    }

    Received audio() {
        return byType(OPUS);
    }

    Received byType(int payloadType) {
        return received.values().stream()
                .filter(each -> each.payloadType == payloadType)
                .findFirst()
                .orElseThrow(() -> new AssertionError("nothing of " + payloadType + " came: " + events));
    }

    void sendRtcp(List<RtcpPacket> packets) {
        byte[] bytes = RtcpWriter.write(packets);
        transport().sendRtcp(bytes, 0, bytes.length);
    }

    void sendFeedback(Feedback feedback) {
        sendRtcp(List.of(FeedbackPackets.write(feedback)));
    }

    @Override
    public void onConnected(DtlsIceTransport of, long nowNs) {
        events.add("connected");
    }

    @Override
    public void onClosed(DtlsIceTransport of, String reason, long nowNs) {
        events.add("closed: " + reason);
        sending = false;
    }

    @Override
    public void onUnknownRtp(DtlsIceTransport of, RtpPacket packet, long nowNs) {
        if (!reads) {
            return;
        }
        digest = 31 * digest + Long.hashCode(nowNs);
        for (int i = 0; i < packet.length(); i++) {
            digest = 31 * digest + packet.data()[packet.offset() + i];
        }
        noteArrival(packet, nowNs);
        if (packet.payloadType() == RTX) {
            Received original = video();
            original.onRtx(packet, nowNs);
        } else {
            received.computeIfAbsent(packet.ssrc(), ssrc -> new Received(this, packet.payloadType(), ssrc))
                    .onRtp(packet, nowNs);
        }
    }

    private void noteArrival(RtpPacket packet, long nowNs) {
        try {
            extensions.read(packet, ARRIVALS);
        } catch (MalformedException e) {
            throw new AssertionError(e);
        }
        int number = extensions.transportSequence();
        if (number < 0 || !tellsArrivals) {
            return;
        }
        boolean idle = recorder.nextDeadlineNs() == Long.MAX_VALUE;
        recorder.identify(1, packet.ssrc());
        recorder.onPacket(number, nowNs);
        if (idle && recorder.nextDeadlineNs() != Long.MAX_VALUE) {
            stage.loop.schedule(recorder.nextDeadlineNs(), recorder::onDeadline);
        }
    }

    @Override
    public void onRtcp(DtlsIceTransport of, byte[] data, int offset, int length, long nowNs) {
        try {
            List<RtcpPacket> packets = RtcpPackets.parse(data, offset, length);
            if (packets.stream().anyMatch(OtherRtcp.class::isInstance)) {
                feedback.add(packets);
            }
            for (RtcpPacket packet : packets) {
                if (packet instanceof SenderReport report) {
                    senderReports.add(report);
                } else if (packet instanceof ReceiverReport report) {
                    receiverReports.add(report);
                } else if (packet instanceof OtherRtcp other) {
                    onFeedback(FeedbackPackets.parse(other));
                }
            }
        } catch (MalformedException e) {
            throw new AssertionError(e);
        }
    }

    private void onFeedback(@Nullable Feedback feedback) {
        if (feedback instanceof PictureLoss loss) {
            plis++;
            if (obliging) {
                layers.stream().filter(each -> each.ssrc == loss.media()).forEach(Layer::wantKeyFrame);
            }
        } else if (feedback instanceof Nack nack) {
            nacks++;
            layers.stream().filter(each -> each.ssrc == nack.media()).forEach(each -> each.resend(nack));
        } else if (feedback instanceof TransportFeedback message) {
            arrivals.add(message);
        }
    }
}
