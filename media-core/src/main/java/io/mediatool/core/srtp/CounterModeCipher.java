package io.mediatool.core.srtp;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * AES_CM with HMAC_SHA1 (RFC 3711 §4.1.1, §4.2.1; RFC 6188 with longer keys). The key stream is made by encrypting counter blocks in ECB
 * mode, all of a packet in one call: the JDK's CTR mode wants a new initialisation for each packet, which costs garbage and
 * more time than the packet itself.
 *
 * <pre>
 *  counter block = (salt × 2^16) XOR (SSRC × 2^64) XOR (index × 2^16), the last 16 bits count blocks
 *   0           4        8              14    16
 *  |   salt    ^  SSRC  ^    index       |count|
 * </pre>
 */
final class CounterModeCipher implements SrtpCipher {
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());
    private static final int TAG_BYTES = 10;
    private static final int HMAC_BYTES = 20;
    private static final int BLOCK_BYTES = 16;
    private static final int RTCP_CLEAR_BYTES = 8;
    /** 65,536 blocks, above which the counter would wrap, are more than a datagram; so no check. */
    private static final int FIRST_STREAM_BYTES = 96 * BLOCK_BYTES;

    private final Cipher rtpAes;
    private final Cipher rtcpAes;
    private final Mac rtpMac;
    private final Mac rtcpMac;
    private final byte[] rtpSalt;
    private final byte[] rtcpSalt;
    private final byte[] counter = new byte[BLOCK_BYTES];
    private final byte[] hmac = new byte[HMAC_BYTES];
    private final byte[] roc = new byte[4];
    private byte[] blocks = new byte[FIRST_STREAM_BYTES];
    private byte[] stream = new byte[FIRST_STREAM_BYTES];

    /** Session keys of RTP and RTCP. */
    record Keys(byte[] encryption, byte[] authentication, byte[] salt) {}

    CounterModeCipher(Keys rtp, Keys rtcp) {
        rtpAes = aes(rtp.encryption);
        rtcpAes = aes(rtcp.encryption);
        rtpMac = mac(rtp.authentication);
        rtcpMac = mac(rtcp.authentication);
        rtpSalt = rtp.salt;
        rtcpSalt = rtcp.salt;
    }

    private static Cipher aes(byte[] key) {
        try {
            Cipher cipher = Cipher.getInstance("AES/ECB/NoPadding");
            cipher.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(key, "AES"));
            return cipher;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java has no AES", e);
        }
    }

    private static Mac mac(byte[] key) {
        try {
            Mac mac = Mac.getInstance("HmacSHA1");
            mac.init(new SecretKeySpec(key, "HmacSHA1"));
            return mac;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java has no HMAC-SHA1", e);
        }
    }

    @Override
    public int tagBytes() {
        return TAG_BYTES;
    }

    @Override
    public void protectRtp(byte[] data, int offset, int headerBytes, int length, long index) {
        applyRtp(data, offset, headerBytes, length, index);
        rtpTag(data, offset, length, index);
        System.arraycopy(hmac, 0, data, offset + length, TAG_BYTES);
    }

    @Override
    public boolean unprotectRtp(byte[] data, int offset, int headerBytes, int length, long index) {
        int clear = length - TAG_BYTES;
        rtpTag(data, offset, clear, index);
        if (!isTag(data, offset + clear)) {
            return false;
        }
        applyRtp(data, offset, headerBytes, clear, index);
        return true;
    }

    @Override
    public void protectRtcp(byte[] data, int offset, int length, int index) {
        applyRtcp(data, offset, length, index);
        SrtpBytes.putI32(data, offset + length, index | 0x8000_0000);
        sign(rtcpMac, data, offset, length + 4);
        System.arraycopy(hmac, 0, data, offset + length + 4, TAG_BYTES);
    }

    @Override
    public boolean unprotectRtcp(byte[] data, int offset, int length, int index, boolean encrypted) {
        int signed = length - TAG_BYTES;
        sign(rtcpMac, data, offset, signed);
        if (!isTag(data, offset + signed)) {
            return false;
        }
        if (encrypted) {
            applyRtcp(data, offset, signed - 4, index);
        }
        return true;
    }

    private void applyRtp(byte[] data, int offset, int header, int length, long index) {
        block(rtpSalt, data, offset + 8, index);
        apply(rtpAes, data, offset + header, length - header);
    }

    private void applyRtcp(byte[] data, int offset, int length, int index) {
        block(rtcpSalt, data, offset + 4, index);
        apply(rtcpAes, data, offset + RTCP_CLEAR_BYTES, length - RTCP_CLEAR_BYTES);
    }

    private void block(byte[] salt, byte[] data, int ssrcAt, long index) {
        System.arraycopy(salt, 0, counter, 0, salt.length);
        for (int i = 0; i < 4; i++) {
            counter[4 + i] ^= data[ssrcAt + i];
        }
        for (int i = 0; i < 6; i++) {
            counter[13 - i] ^= (byte) (index >>> 8 * i);
        }
    }

    /** XORs the key stream that begins at the counter block onto the bytes. */
    private void apply(Cipher aes, byte[] data, int offset, int length) {
        int count = (length + BLOCK_BYTES - 1) / BLOCK_BYTES;
        if (stream.length < count * BLOCK_BYTES) {
            blocks = new byte[count * BLOCK_BYTES];
            stream = new byte[count * BLOCK_BYTES];
        }
        for (int i = 0; i < count; i++) {
            int at = i * BLOCK_BYTES;
            System.arraycopy(counter, 0, blocks, at, 14);
            blocks[at + 14] = (byte) (i >> 8);
            blocks[at + 15] = (byte) i;
        }
        try {
            aes.update(blocks, 0, count * BLOCK_BYTES, stream, 0); // in place it would copy
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
        int words = length & ~7;
        for (int i = 0; i < words; i += 8) {
            LONGS.set(data, offset + i, (long) LONGS.get(data, offset + i) ^ (long) LONGS.get(stream, i));
        }
        for (int i = words; i < length; i++) {
            data[offset + i] ^= stream[i];
        }
    }

    /** Over the packet and the roll-over counter (RFC 3711 §4.2). */
    private void rtpTag(byte[] data, int offset, int length, long index) {
        SrtpBytes.putI32(roc, 0, (int) (index >>> 16));
        rtpMac.update(data, offset, length);
        rtpMac.update(roc);
        finish(rtpMac);
    }

    private void sign(Mac mac, byte[] data, int offset, int length) {
        mac.update(data, offset, length);
        finish(mac);
    }

    private void finish(Mac mac) {
        try {
            mac.doFinal(hmac, 0);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** In time that does not depend on where they differ. */
    private boolean isTag(byte[] data, int at) {
        int difference = 0;
        for (int i = 0; i < TAG_BYTES; i++) {
            difference |= data[at + i] ^ hmac[i];
        }
        return difference == 0;
    }

    /** For the vectors: the key stream for SSRC and index 0, at most 65,536 blocks. */
    byte[] rtpKeyStream(int length) {
        byte[] zeros = new byte[12 + length];
        applyRtp(zeros, 0, 12, zeros.length, 0);
        return Arrays.copyOfRange(zeros, 12, zeros.length);
    }
}
