import io.mediatool.core.loop.EventLoop;
import io.mediatool.core.loop.UdpSocket;
import io.mediatool.core.rtp.RtpPacket;
import io.mediatool.core.transport.DtlsIceTransport;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.Random;

/**
 * What the publisher of {@code sfu.sh} sends: VP8 of 1.5 Mbit/s at 30 frames a second, cut as libwebrtc cuts it (pieces that
 * differ by a byte at most), and Opus of 64 kbit/s. Each packet tells when it was sent. Belongs to its loop's thread.
 */
final class SfuSource {
    private static final int FRAME_BYTES = 1_500_000 / 30 / 8;
    private static final int MAX_PIECE_BYTES = 1_160;
    private static final int AUDIO_BYTES = 160;
    private static final long FRAME_NS = 1_000_000_000L / 30;
    private static final long AUDIO_NS = 20_000_000L;
    private static final long PACE_NS = 5_000_000L;
    /** Behind header, payload descriptor and first byte of the frame. */
    private static final int SENT_AT = 8;

    private final EventLoop loop;
    private final Random random = new Random(1);
    private final byte[] packet = new byte[1_500];
    private DtlsIceTransport publisher;
    private UdpSocket plain;
    private InetSocketAddress videoReference;
    private InetSocketAddress audioReference;
    private boolean paced;
    private boolean keyFrame = true;
    private int frames;
    private int videoSequence;
    private int audioSequence;
    private long sent;

    SfuSource(EventLoop loop) {
        this.loop = loop;
    }

    void start(DtlsIceTransport to, UdpSocket socket) {
        publisher = to;
        plain = socket;
        frame(loop.nowNs());
        audio(loop.nowNs());
    }

    void pattern(boolean pacing) {
        paced = pacing;
    }

    void alsoTo(int videoPort, int audioPort) {
        videoReference = new InetSocketAddress(InetAddress.getLoopbackAddress(), videoPort);
        audioReference = new InetSocketAddress(InetAddress.getLoopbackAddress(), audioPort);
    }

    /** Only to the server from now on. */
    void alone() {
        videoReference = null;
        audioReference = null;
    }

    void keyFrameWanted() {
        keyFrame = true;
    }

    long sent() {
        return sent;
    }

    /** When a packet of this source was sent. */
    long sentNs(RtpPacket received) {
        return ByteBuffer.wrap(received.data()).getLong(received.payloadOffset() + SENT_AT);
    }

    private void frame(long dueNs) {
        int bytes = (int) (FRAME_BYTES * (0.8 + 0.4 * random.nextDouble())) * (keyFrame ? 4 : 1);
        int pieces = (bytes + MAX_PIECE_BYTES - 1) / MAX_PIECE_BYTES;
        pieces(new Frame(frames++, bytes, pieces, keyFrame), 0, dueNs);
        keyFrame = false;
        loop.schedule(dueNs + FRAME_NS, now -> frame(dueNs + FRAME_NS));
    }

    private record Frame(int number, int bytes, int pieces, boolean key) {}

    /** Two packets every 5 ms, which is how libwebrtc's pacer lets them go, or all at once. */
    private void pieces(Frame frame, int from, long dueNs) {
        int until = paced ? Math.min(frame.pieces, from + 2) : frame.pieces;
        for (int i = from; i < until; i++) {
            // |X|R|N|S|R|PID|, |I|...|, |M|PictureID|: RFC 7741 §4.2
            packet[12] = (byte) (0x80 | (i == 0 ? 0x10 : 0));
            packet[13] = (byte) 0x80;
            packet[14] = (byte) (0x80 | frame.number >> 8 & 0x7f);
            packet[15] = (byte) frame.number;
            packet[16] = (byte) (frame.key ? 0 : 1);
            int larger = frame.bytes % frame.pieces;
            int bytes = 4 + frame.bytes / frame.pieces + (i >= frame.pieces - larger ? 1 : 0);
            RtpPacket.writeHeader(
                    packet, 0, i == frame.pieces - 1, SfuCore.VP8, videoSequence++ & 0xffff, 3_000L * frame.number, SfuCore.VP8);
            send(12 + bytes, videoReference);
        }
        if (until < frame.pieces) {
            loop.schedule(dueNs + PACE_NS, now -> pieces(frame, until, dueNs + PACE_NS));
        }
    }

    private void audio(long dueNs) {
        RtpPacket.writeHeader(packet, 0, false, SfuCore.OPUS, audioSequence & 0xffff, 960L * audioSequence++, SfuCore.OPUS);
        send(12 + AUDIO_BYTES, audioReference);
        loop.schedule(dueNs + AUDIO_NS, now -> audio(dueNs + AUDIO_NS));
    }

    private void send(int length, InetSocketAddress reference) {
        ByteBuffer.wrap(packet).putLong(12 + SENT_AT, System.nanoTime());
        publisher.sendRtp(packet, 0, length);
        if (reference != null) {
            plain.send(packet, 0, length, reference);
        }
        sent++;
    }
}
