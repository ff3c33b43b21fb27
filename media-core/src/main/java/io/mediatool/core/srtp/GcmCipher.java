package io.mediatool.core.srtp;

import java.util.function.Consumer;

/**
 * AEAD_AES_128_GCM and AEAD_AES_256_GCM (RFC 7714). The initialisation vectors (§8.1, §9.1) before they are XORed with the
 * salt:
 *
 * <pre>
 *         0  1  2  3  4  5  6  7  8  9 10 11
 *       +--+--+--+--+--+--+--+--+--+--+--+--+
 *  RTP  |00|00|    SSRC   |    ROC    | SEQ |
 *  RTCP |00|00|    SSRC   |00 00|   index   |
 *       +--+--+--+--+--+--+--+--+--+--+--+--+
 * </pre>
 */
final class GcmCipher implements SrtpCipher {
    private static final int TAG_BYTES = AesGcm.TAG_BYTES;
    /** RTCP header and SSRC stay in the clear. */
    private static final int RTCP_CLEAR_BYTES = 8;

    private static final int INDEX_WORD_BYTES = 4;
    private static final long RTP_INDEX = 0xffff_ffff_ffffL;

    private final AesGcm.Key rtpKey;
    private final AesGcm.Key rtcpKey;
    // As the key takes vectors: their first four bytes, and the last eight.
    private final int rtpSaltHigh;
    private final long rtpSaltLow;
    private final int rtcpSaltHigh;
    private final long rtcpSaltLow;

    /** @param rtpKey belongs to the cipher from now on, as does the other one */
    GcmCipher(AesGcm.Key rtpKey, byte[] rtpSalt, AesGcm.Key rtcpKey, byte[] rtcpSalt) {
        this.rtpKey = rtpKey;
        this.rtcpKey = rtcpKey;
        this.rtpSaltHigh = SrtpBytes.i32(rtpSalt, 0);
        this.rtpSaltLow = SrtpBytes.i64(rtpSalt, 4);
        this.rtcpSaltHigh = SrtpBytes.i32(rtcpSalt, 0);
        this.rtcpSaltLow = SrtpBytes.i64(rtcpSalt, 4);
    }

    @Override
    public int tagBytes() {
        return TAG_BYTES;
    }

    @Override
    public void protectRtp(byte[] data, int offset, int headerBytes, int length, long index) {
        int ssrc = SrtpBytes.i32(data, offset + 8);
        rtpKey.seal(
                high(ssrc) ^ rtpSaltHigh,
                low(ssrc, index & RTP_INDEX) ^ rtpSaltLow,
                data,
                offset,
                headerBytes,
                length - headerBytes);
    }

    @Override
    public boolean unprotectRtp(byte[] data, int offset, int headerBytes, int length, long index) {
        int ssrc = SrtpBytes.i32(data, offset + 8);
        return rtpKey.open(
                high(ssrc) ^ rtpSaltHigh,
                low(ssrc, index & RTP_INDEX) ^ rtpSaltLow,
                data,
                offset,
                headerBytes,
                length - headerBytes - TAG_BYTES);
    }

    /**
     * What is authenticated is in two places (§9.1), so meanwhile the text makes room for the index word:
     *
     * <pre>
     *  | header and SSRC | index word | text | tag |
     *  | header and SSRC | text | tag | index word |
     * </pre>
     */
    @Override
    public void protectRtcp(byte[] data, int offset, int length, int index) {
        int textAt = offset + RTCP_CLEAR_BYTES;
        int textBytes = length - RTCP_CLEAR_BYTES;
        int word = index | 0x8000_0000;
        System.arraycopy(data, textAt, data, textAt + INDEX_WORD_BYTES, textBytes);
        SrtpBytes.putI32(data, textAt, word);
        int ssrc = SrtpBytes.i32(data, offset + 4);
        rtcpKey.seal(
                high(ssrc) ^ rtcpSaltHigh,
                low(ssrc, index) ^ rtcpSaltLow,
                data,
                offset,
                RTCP_CLEAR_BYTES + INDEX_WORD_BYTES,
                textBytes);
        System.arraycopy(data, textAt + INDEX_WORD_BYTES, data, textAt, textBytes + TAG_BYTES);
        SrtpBytes.putI32(data, offset + length + TAG_BYTES, word);
    }

    @Override
    public boolean unprotectRtcp(byte[] data, int offset, int length, int index, boolean encrypted) {
        int clear = encrypted ? RTCP_CLEAR_BYTES : length - INDEX_WORD_BYTES - TAG_BYTES; // RFC 7714 §9.3
        int textAt = offset + clear;
        int textBytes = length - INDEX_WORD_BYTES - clear - TAG_BYTES;
        int word = SrtpBytes.i32(data, offset + length - INDEX_WORD_BYTES);
        System.arraycopy(data, textAt, data, textAt + INDEX_WORD_BYTES, textBytes + TAG_BYTES);
        SrtpBytes.putI32(data, textAt, word);
        int ssrc = SrtpBytes.i32(data, offset + 4);
        boolean opened = rtcpKey.open(
                high(ssrc) ^ rtcpSaltHigh,
                low(ssrc, index) ^ rtcpSaltLow,
                data,
                offset,
                clear + INDEX_WORD_BYTES,
                textBytes);
        System.arraycopy(data, textAt + INDEX_WORD_BYTES, data, textAt, textBytes);
        return opened;
    }

    private static int high(int ssrc) {
        return ssrc >>> 16;
    }

    private static long low(int ssrc, long index) {
        return (long) ssrc << 48 | index;
    }

    @Override
    public void addTo(Consumer<Object> parts) {
        parts.accept(this);
        rtpKey.addTo(parts);
    }

    @Override
    public void close() {
        rtpKey.close();
        rtcpKey.close();
    }
}
