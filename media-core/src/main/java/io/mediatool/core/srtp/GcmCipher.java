package io.mediatool.core.srtp;

import java.util.Arrays;
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
    /** A header with the extensions that browsers use; longer ones make it grow. */
    private static final int FIRST_AAD_BYTES = 64;

    private final AesGcm.Key rtpKey;
    private final AesGcm.Key rtcpKey;
    private final byte[] rtpSalt;
    private final byte[] rtcpSalt;
    private final byte[] iv = new byte[AesGcm.IV_BYTES];
    /** What is authenticated is copied here: of RTCP it is two pieces. */
    private byte[] aad = new byte[FIRST_AAD_BYTES];

    /** @param rtpKey belongs to the cipher from now on, as does the other one */
    GcmCipher(AesGcm.Key rtpKey, byte[] rtpSalt, AesGcm.Key rtcpKey, byte[] rtcpSalt) {
        this.rtpKey = rtpKey;
        this.rtcpKey = rtcpKey;
        this.rtpSalt = rtpSalt;
        this.rtcpSalt = rtcpSalt;
    }

    @Override
    public int tagBytes() {
        return TAG_BYTES;
    }

    @Override
    public void protectRtp(byte[] data, int offset, int headerBytes, int length, long index) {
        rtpIv(data, offset, index);
        authenticate(data, offset, headerBytes);
        rtpKey.seal(iv, aad, headerBytes, data, offset + headerBytes, length - headerBytes);
    }

    @Override
    public boolean unprotectRtp(byte[] data, int offset, int headerBytes, int length, long index) {
        rtpIv(data, offset, index);
        authenticate(data, offset, headerBytes);
        return rtpKey.open(iv, aad, headerBytes, data, offset + headerBytes, length - headerBytes - TAG_BYTES);
    }

    @Override
    public void protectRtcp(byte[] data, int offset, int length, int index) {
        int word = offset + length + TAG_BYTES;
        SrtpBytes.putI32(data, word, index | 0x8000_0000);
        rtcpIv(data, offset, index);
        int clear = authenticate(data, offset, RTCP_CLEAR_BYTES, word);
        rtcpKey.seal(iv, aad, clear, data, offset + RTCP_CLEAR_BYTES, length - RTCP_CLEAR_BYTES);
    }

    @Override
    public boolean unprotectRtcp(byte[] data, int offset, int length, int index, boolean encrypted) {
        int word = offset + length - INDEX_WORD_BYTES;
        int clear = encrypted ? RTCP_CLEAR_BYTES : length - INDEX_WORD_BYTES - TAG_BYTES; // RFC 7714 §9.3
        rtcpIv(data, offset, index);
        int aadLength = authenticate(data, offset, clear, word);
        return rtcpKey.open(iv, aad, aadLength, data, offset + clear, length - INDEX_WORD_BYTES - clear - TAG_BYTES);
    }

    private void authenticate(byte[] data, int offset, int length) {
        aadFor(length);
        System.arraycopy(data, offset, aad, 0, length);
    }

    /** The clear bytes and the index word. @return bytes of both */
    private int authenticate(byte[] data, int offset, int clear, int word) {
        int length = clear + INDEX_WORD_BYTES;
        aadFor(length);
        System.arraycopy(data, offset, aad, 0, clear);
        System.arraycopy(data, word, aad, clear, INDEX_WORD_BYTES);
        return length;
    }

    private void aadFor(int length) {
        if (length > aad.length) {
            aad = new byte[Math.max(2 * aad.length, length)];
        }
    }

    private void rtpIv(byte[] data, int offset, long index) {
        iv[0] = 0;
        iv[1] = 0;
        System.arraycopy(data, offset + 8, iv, 2, 4);
        SrtpBytes.putI32(iv, 6, (int) (index >>> 16));
        iv[10] = (byte) (index >> 8);
        iv[11] = (byte) index;
        SrtpBytes.xor(iv, rtpSalt);
    }

    private void rtcpIv(byte[] data, int offset, int index) {
        Arrays.fill(iv, (byte) 0);
        System.arraycopy(data, offset + 4, iv, 2, 4);
        SrtpBytes.putI32(iv, 8, index);
        SrtpBytes.xor(iv, rtcpSalt);
    }

    @Override
    public void addTo(Consumer<Object> parts) {
        parts.accept(this);
        parts.accept(rtpSalt);
        parts.accept(iv);
        parts.accept(aad);
        rtpKey.addTo(parts);
    }

    @Override
    public void close() {
        rtpKey.close();
        rtcpKey.close();
    }
}
