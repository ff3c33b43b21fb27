package io.mediatool.core.stun;

import io.mediatool.core.bits.ByteReader;
import io.mediatool.core.bits.MalformedException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/**
 * A message that was received.
 *
 * <pre>
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |0 0| M11–M7  |C1| M6–M4 |C0|M3–M0|  length without the header  |
 * |                   magic cookie 0x2112A442                     |
 * |                  transaction id (96 bits)                     |
 * |        attributes: type (16), length (16), value, padding     |
 * </pre>
 *
 * <p>What was parsed is well-formed and its FINGERPRINT, when it has one, is right. Who sent it is known only after
 * {@link #isSignedWith}. Of attributes that occur twice the first counts; what follows MESSAGE-INTEGRITY is ignored,
 * because anybody could have added it (§14.5).
 */
public final class StunMessage {
    /** Method of everything ICE does. */
    public static final int BINDING = 1;

    public static final int HEADER_BYTES = 20;

    /** Attributes in one message; more make no sense. */
    public static final int MAX_ATTRIBUTES = 64;

    /** Longer messages are refused: a check has about 100 bytes, and must fit any path (RFC 8489 §6.1). */
    public static final int MAX_BYTES = 1_500;

    static final int MAGIC_COOKIE = 0x2112_a442;
    static final int FINGERPRINT_XOR = 0x5354_554e;

    private final byte[] bytes;
    private final List<Attribute> attributes = new ArrayList<>(8);
    private int integrityAt = -1;
    private boolean fingerprinted;

    /** @param at of its value in the message */
    private record Attribute(int type, int at, int length) {}

    private StunMessage(byte[] bytes) {
        this.bytes = bytes;
    }

    /** Whether a datagram can be STUN: two zero bits, the magic cookie, and the length of the datagram (RFC 8489 §6). */
    public static boolean isStun(byte[] data, int offset, int length) {
        return length >= HEADER_BYTES
                && (data[offset] & 0xc0) == 0
                && data[offset + 4] == 0x21
                && data[offset + 5] == 0x12
                && data[offset + 6] == (byte) 0xa4
                && data[offset + 7] == 0x42
                && ((data[offset + 2] & 0xff) << 8 | data[offset + 3] & 0xff) == length - HEADER_BYTES;
    }

    /** Reads one datagram; the bytes are copied. */
    public static StunMessage parse(byte[] data, int offset, int length) throws MalformedException {
        if (!isStun(data, offset, length)) {
            throw new MalformedException("stun: not a message", 0);
        }
        if (length > MAX_BYTES || length % 4 != 0) {
            throw new MalformedException("stun: impossible length", 2);
        }
        var message = new StunMessage(Arrays.copyOfRange(data, offset, offset + length));
        message.readAttributes();
        return message;
    }

    private void readAttributes() throws MalformedException {
        ByteReader reader = new ByteReader(bytes);
        reader.skip(HEADER_BYTES);
        int seen = 0;
        while (reader.remaining() > 0) {
            int start = reader.position();
            int type = reader.u16();
            int length = reader.u16();
            int at = reader.position();
            reader.skip((length + 3) & ~3);
            if (++seen > MAX_ATTRIBUTES) {
                throw new MalformedException("stun: too many attributes", start);
            }
            if (fingerprinted) {
                throw new MalformedException("stun: attribute after fingerprint", start);
            }
            take(new Attribute(type, at, length), start);
        }
    }

    private void take(Attribute attribute, int start) throws MalformedException {
        if (attribute.type == StunAttribute.FINGERPRINT) {
            if (attribute.length != 4 || i32(attribute.at) != fingerprint(bytes, start)) {
                throw new MalformedException("stun: wrong fingerprint", start);
            }
            fingerprinted = true;
        } else if (integrityAt >= 0) {
            return;
        } else if (attribute.type == StunAttribute.MESSAGE_INTEGRITY) {
            if (attribute.length != StunKey.HMAC_BYTES) {
                throw new MalformedException("stun: message integrity of wrong length", start);
            }
            integrityAt = start;
        } else if (find(attribute.type) == null) {
            attributes.add(attribute);
        }
    }

    /** CRC-32 over what precedes the attribute, with the length that includes it (RFC 8489 §14.7). */
    static int fingerprint(byte[] message, int length) {
        CRC32 crc = new CRC32();
        int announced = length - HEADER_BYTES + 8;
        crc.update(message, 0, 2);
        crc.update(announced >> 8);
        crc.update(announced);
        crc.update(message, 4, length - 4);
        return (int) crc.getValue() ^ FINGERPRINT_XOR;
    }

    public StunClass messageClass() {
        return StunClass.of((bytes[0] & 1) << 1 | bytes[1] >> 4 & 1);
    }

    /** 12 bits; {@link #BINDING} is the one that ICE knows. */
    public int method() {
        int type = (bytes[0] & 0xff) << 8 | bytes[1] & 0xff;
        return type & 0x000f | type >> 1 & 0x0070 | type >> 2 & 0x0f80;
    }

    public TransactionId transactionId() {
        return new TransactionId((long) i32(8) << 32 | i32(12) & 0xffff_ffffL, i32(16));
    }

    /** Bytes of the whole message. */
    public int length() {
        return bytes.length;
    }

    public boolean hasFingerprint() {
        return fingerprinted;
    }

    public boolean hasIntegrity() {
        return integrityAt >= 0;
    }

    /** Whether its MESSAGE-INTEGRITY was made with {@code key}; false without one. */
    public boolean isSignedWith(StunKey key) {
        if (integrityAt < 0) {
            return false;
        }
        byte[] carried = Arrays.copyOfRange(bytes, integrityAt + 4, integrityAt + 4 + StunKey.HMAC_BYTES);
        return MessageDigest.isEqual(carried, key.hmac(bytes, integrityAt));
    }

    /** USERNAME, or null. In ICE: the receiver's ufrag, a colon, the sender's (RFC 8445 §7.2.2). */
    public @Nullable String username() {
        return text(StunAttribute.USERNAME);
    }

    public @Nullable String realm() {
        return text(StunAttribute.REALM);
    }

    public @Nullable String nonce() {
        return text(StunAttribute.NONCE);
    }

    /** SOFTWARE, or null: what the peer says it is. Not to be trusted. */
    public @Nullable String software() {
        return text(StunAttribute.SOFTWARE);
    }

    /** PRIORITY, 0 to 2³²−1; empty when missing. */
    public OptionalLong priority() {
        Attribute found = find(StunAttribute.PRIORITY);
        return found == null || found.length != 4
                ? OptionalLong.empty()
                : OptionalLong.of(i32(found.at) & 0xffff_ffffL);
    }

    public boolean useCandidate() {
        return find(StunAttribute.USE_CANDIDATE) != null;
    }

    /** The tie-breaker of a sender that takes itself for controlling; empty when it does not. */
    public OptionalLong iceControlling() {
        return tieBreaker(StunAttribute.ICE_CONTROLLING);
    }

    /** The tie-breaker of a sender that takes itself for controlled; empty when it does not. */
    public OptionalLong iceControlled() {
        return tieBreaker(StunAttribute.ICE_CONTROLLED);
    }

    /** ERROR-CODE, or null when missing or impossible. */
    public @Nullable StunError error() {
        Attribute found = find(StunAttribute.ERROR_CODE);
        if (found == null || found.length < 4) {
            return null;
        }
        int code = (bytes[found.at + 2] & 7) * 100 + (bytes[found.at + 3] & 0xff);
        boolean possible = code >= 300 && code <= 699 && (bytes[found.at + 3] & 0xff) <= 99;
        return possible
                ? new StunError(code, new String(bytes, found.at + 4, found.length - 4, StandardCharsets.UTF_8))
                : null;
    }

    /** XOR-MAPPED-ADDRESS (RFC 8489 §14.2): how the answering side sees us; null when missing or impossible. */
    public @Nullable InetSocketAddress mappedAddress() {
        Attribute found = find(StunAttribute.XOR_MAPPED_ADDRESS);
        if (found == null || found.length < 4) {
            return null;
        }
        int family = bytes[found.at + 1];
        int size = family == 1 ? 4 : family == 2 ? 16 : -1;
        if (found.length != 4 + size) {
            return null;
        }
        int port = (bytes[found.at + 2] & 0xff) << 8 | bytes[found.at + 3] & 0xff;
        byte[] address = Arrays.copyOfRange(bytes, found.at + 4, found.at + 4 + size);
        xor(address, bytes);
        try {
            return new InetSocketAddress(InetAddress.getByAddress(address), port ^ MAGIC_COOKIE >>> 16);
        } catch (UnknownHostException e) {
            throw new IllegalStateException(e); // 4 and 16 bytes are always an address
        }
    }

    /** With the magic cookie, and beyond it with the transaction id. */
    static void xor(byte[] address, byte[] message) {
        for (int i = 0; i < address.length; i++) {
            address[i] ^= message[4 + i];
        }
    }

    /** Attributes that must be understood and are not: to be answered with 420 (RFC 8489 §6.3.1). */
    public List<Integer> notUnderstood() {
        return attributes.stream()
                .map(Attribute::type)
                .filter(type -> StunAttribute.mustBeUnderstood(type) && !StunAttribute.isUnderstood(type))
                .toList();
    }

    private OptionalLong tieBreaker(int type) {
        Attribute found = find(type);
        return found == null || found.length != 8
                ? OptionalLong.empty()
                : OptionalLong.of((long) i32(found.at) << 32 | i32(found.at + 4) & 0xffff_ffffL);
    }

    private @Nullable String text(int type) {
        Attribute found = find(type);
        return found == null ? null : new String(bytes, found.at, found.length, StandardCharsets.UTF_8);
    }

    private @Nullable Attribute find(int type) {
        for (int i = 0; i < attributes.size(); i++) {
            if (attributes.get(i).type == type) {
                return attributes.get(i);
            }
        }
        return null;
    }

    private int i32(int at) {
        return bytes[at] << 24 | (bytes[at + 1] & 0xff) << 16 | (bytes[at + 2] & 0xff) << 8 | bytes[at + 3] & 0xff;
    }
}
