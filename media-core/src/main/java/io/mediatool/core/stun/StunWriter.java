package io.mediatool.core.stun;

import io.mediatool.core.bits.ByteWriter;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Writes one message: attributes in the order of the calls, then {@link #sign} or {@link #finish}. */
public final class StunWriter {
    private final ByteWriter out = new ByteWriter(128);

    private StunWriter(StunClass messageClass, TransactionId id) {
        int bits = messageClass.bits;
        out.u16(StunMessage.BINDING | (bits & 1) << 4 | (bits & 2) << 7);
        out.u16(0).u32(StunMessage.MAGIC_COOKIE).i64(id.high()).u32(id.low());
    }

    /** A Binding message. */
    public static StunWriter binding(StunClass messageClass, TransactionId id) {
        return new StunWriter(messageClass, id);
    }

    public StunWriter username(String username) {
        return text(StunAttribute.USERNAME, username);
    }

    public StunWriter software(String software) {
        return text(StunAttribute.SOFTWARE, software);
    }

    /** @param priority 1 to 2³¹−1 (RFC 8445 §5.1.2) */
    public StunWriter priority(long priority) {
        out.u16(StunAttribute.PRIORITY).u16(4).u32(priority);
        return this;
    }

    public StunWriter useCandidate() {
        out.u16(StunAttribute.USE_CANDIDATE).u16(0);
        return this;
    }

    public StunWriter iceControlling(long tieBreaker) {
        out.u16(StunAttribute.ICE_CONTROLLING).u16(8).i64(tieBreaker);
        return this;
    }

    public StunWriter iceControlled(long tieBreaker) {
        out.u16(StunAttribute.ICE_CONTROLLED).u16(8).i64(tieBreaker);
        return this;
    }

    /** XOR-MAPPED-ADDRESS; the address must be resolved. */
    public StunWriter mappedAddress(InetSocketAddress address) {
        byte[] raw = address.getAddress().getAddress();
        StunMessage.xor(raw, out.array());
        out.u16(StunAttribute.XOR_MAPPED_ADDRESS).u16(4 + raw.length);
        out.u16(raw.length == 4 ? 1 : 2).u16(address.getPort() ^ StunMessage.MAGIC_COOKIE >>> 16);
        out.bytes(raw);
        return this;
    }

    public StunWriter error(StunError error) {
        byte[] reason = error.reason().getBytes(StandardCharsets.UTF_8);
        out.u16(StunAttribute.ERROR_CODE).u16(4 + reason.length);
        out.u16(0).u8(error.code() / 100).u8(error.code() % 100).bytes(reason);
        return pad(reason.length);
    }

    public StunWriter unknownAttributes(List<Integer> types) {
        out.u16(StunAttribute.UNKNOWN_ATTRIBUTES).u16(2 * types.size());
        types.forEach(out::u16);
        return pad(2 * types.size());
    }

    /** The message with MESSAGE-INTEGRITY and FINGERPRINT, as all of ICE's are that are not refusals of strangers. */
    public byte[] sign(StunKey key) {
        byte[] hmac = key.hmac(out.array(), out.size());
        out.u16(StunAttribute.MESSAGE_INTEGRITY).u16(hmac.length).bytes(hmac);
        return finish();
    }

    /** The message with FINGERPRINT only. */
    public byte[] finish() {
        int fingerprint = StunMessage.fingerprint(out.array(), out.size());
        out.u16(StunAttribute.FINGERPRINT).u16(4).u32(fingerprint);
        out.setU16(2, out.size() - StunMessage.HEADER_BYTES);
        return out.toByteArray();
    }

    private StunWriter text(int type, String text) {
        byte[] value = text.getBytes(StandardCharsets.UTF_8);
        out.u16(type).u16(value.length).bytes(value);
        return pad(value.length);
    }

    private StunWriter pad(int length) {
        out.zeros(-length & 3);
        return this;
    }
}
