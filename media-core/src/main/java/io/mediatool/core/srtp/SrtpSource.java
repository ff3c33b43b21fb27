package io.mediatool.core.srtp;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What a session remembers of one SSRC in one direction. */
final class SrtpSource {
    /** 2^31 RTCP packets and 2^48 RTP packets are what one key may protect (RFC 3711 §9.2). */
    static final int MAX_RTCP_INDEX = 0x7fff_ffff;

    private static final long MAX_RTP_INDEX = (1L << 48) - 1;

    private @Nullable ReplayWindow rtp;
    private @Nullable ReplayWindow rtcp;
    private int nextRtcpIndex;

    /**
     * The index that a sequence number most likely stands for: the one nearest to the highest so far (RFC 3711 §3.3.1,
     * Appendix A).
     *
     * @return −1 when it would lie before the beginning or beyond the end of the key's life
     */
    static long index(@Nullable SrtpSource source, int sequenceNumber) {
        if (source == null || source.rtp == null) {
            return sequenceNumber;
        }
        long highest = source.rtp.highest();
        long index = highest + (short) (sequenceNumber - (int) highest);
        return index < 0 || index > MAX_RTP_INDEX ? -1 : index;
    }

    boolean isFreshRtp(long index) {
        return rtp == null || rtp.isFresh(index);
    }

    boolean isTooOldRtp(long index) {
        return rtp != null && rtp.highest() - index >= ReplayWindow.SIZE;
    }

    void markRtp(long index) {
        if (rtp == null) {
            rtp = new ReplayWindow();
        }
        rtp.mark(index);
    }

    /** Names itself and what it uses for RTP. */
    void addTo(Consumer<Object> parts) {
        parts.accept(this);
        if (rtp != null) {
            rtp.addTo(parts);
        }
    }

    boolean isFreshRtcp(int index) {
        return rtcp == null || rtcp.isFresh(index);
    }

    void markRtcp(int index) {
        if (rtcp == null) {
            rtcp = new ReplayWindow();
        }
        rtcp.mark(index);
    }

    /** The index of the next RTCP packet sent; −1 when the key has been used up. */
    int takeRtcpIndex() {
        return nextRtcpIndex < 0 ? -1 : nextRtcpIndex++;
    }
}
