package io.mediatool.core.srtp;

import java.security.GeneralSecurityException;
import java.security.InvalidAlgorithmParameterException;
import java.security.InvalidKeyException;
import java.util.Arrays;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * AEAD_AES_128_GCM and AEAD_AES_256_GCM (RFC 7714) on the JDK's cipher. The initialisation vectors (§8.1, §9.1) before they
 * are XORed with the salt:
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
    private static final int TAG_BYTES = 16;
    private static final int IV_BYTES = 12;
    /** RTCP header and SSRC stay in the clear. */
    private static final int RTCP_CLEAR_BYTES = 8;

    private final Cipher cipher;
    private final int mode;
    private final SecretKeySpec rtpKey;
    private final SecretKeySpec rtcpKey;
    private final byte[] rtpSalt;
    private final byte[] rtcpSalt;
    private final byte[] iv = new byte[IV_BYTES];

    /** @param sealing whether it protects; else it opens */
    GcmCipher(boolean sealing, byte[] rtpKey, byte[] rtpSalt, byte[] rtcpKey, byte[] rtcpSalt) {
        this.mode = sealing ? Cipher.ENCRYPT_MODE : Cipher.DECRYPT_MODE;
        this.rtpKey = new SecretKeySpec(rtpKey, "AES");
        this.rtcpKey = new SecretKeySpec(rtcpKey, "AES");
        this.rtpSalt = rtpSalt;
        this.rtcpSalt = rtcpSalt;
        try {
            cipher = Cipher.getInstance("AES/GCM/NoPadding");
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java has no AES-GCM", e);
        }
    }

    @Override
    public int tagBytes() {
        return TAG_BYTES;
    }

    @Override
    public void protectRtp(byte[] data, int offset, int headerBytes, int length, long index) {
        rtpIv(data, offset, index);
        begin(rtpKey);
        cipher.updateAAD(data, offset, headerBytes);
        seal(data, offset + headerBytes, length - headerBytes);
    }

    @Override
    public boolean unprotectRtp(byte[] data, int offset, int headerBytes, int length, long index) {
        rtpIv(data, offset, index);
        begin(rtpKey);
        cipher.updateAAD(data, offset, headerBytes);
        return open(data, offset + headerBytes, length - headerBytes);
    }

    @Override
    public void protectRtcp(byte[] data, int offset, int length, int index) {
        int word = offset + length + TAG_BYTES;
        SrtpBytes.putI32(data, word, index | 0x8000_0000);
        rtcpIv(data, offset, index);
        begin(rtcpKey);
        cipher.updateAAD(data, offset, RTCP_CLEAR_BYTES);
        cipher.updateAAD(data, word, 4);
        seal(data, offset + RTCP_CLEAR_BYTES, length - RTCP_CLEAR_BYTES);
    }

    @Override
    public boolean unprotectRtcp(byte[] data, int offset, int length, int index, boolean encrypted) {
        int word = offset + length - 4;
        int clear = encrypted ? RTCP_CLEAR_BYTES : length - 4 - TAG_BYTES; // RFC 7714 §9.3
        rtcpIv(data, offset, index);
        begin(rtcpKey);
        cipher.updateAAD(data, offset, clear);
        cipher.updateAAD(data, word, 4);
        return open(data, offset + clear, length - 4 - clear);
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

    private void begin(SecretKeySpec key) {
        try {
            cipher.init(mode, key, new GCMParameterSpec(8 * TAG_BYTES, iv));
        } catch (InvalidAlgorithmParameterException sameIv) {
            beginAgain(key);
        } catch (InvalidKeyException e) {
            throw new IllegalStateException(e);
        }
    }

    /**
     * The JDK refuses the vector it was just used with, which a repetition of the last packet needs. That is safe for the same bytes
     * only, and the session sees to it.
     */
    private void beginAgain(SecretKeySpec key) {
        byte[] other = iv.clone();
        other[0] ^= 1;
        try {
            cipher.init(mode, key, new GCMParameterSpec(8 * TAG_BYTES, other));
            cipher.init(mode, key, new GCMParameterSpec(8 * TAG_BYTES, iv));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private void seal(byte[] data, int offset, int length) {
        try {
            cipher.doFinal(data, offset, length, data, offset);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private boolean open(byte[] data, int offset, int length) {
        try {
            cipher.doFinal(data, offset, length, data, offset);
            return true;
        } catch (AEADBadTagException forged) {
            return false;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
