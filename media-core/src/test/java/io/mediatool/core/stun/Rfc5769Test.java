package io.mediatool.core.stun;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.HexFormat;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/** The sample messages of RFC 5769. */
final class Rfc5769Test {
    private static final StunKey KEY = StunKey.shortTerm("VOkJxbRl1RmTxUk/WvJxBt");
    private static final TransactionId ID = new TransactionId(0xb7e7a701bc34d686L, 0xfa87dfae);

    static final String REQUEST = "00010058" + "2112a442" + "b7e7a701bc34d686fa87dfae"
            + "80220010" + "5354554e207465737420636c69656e74"
            + "00240004" + "6e0001ff"
            + "80290008" + "932ff9b151263b36"
            + "00060009" + "6576746a3a68367659202020"
            + "00080014" + "9aeaa70cbfd8cb56781ef2b5b2d3f249c1b571a2"
            + "80280004" + "e57a3bcf";

    static final String IPV4_RESPONSE = "0101003c" + "2112a442" + "b7e7a701bc34d686fa87dfae"
            + "8022000b" + "7465737420766563746f7220"
            + "00200008" + "0001a147e112a643"
            + "00080014" + "2b91f599fd9e90c38c7489f92af9ba53f06be7d7"
            + "80280004" + "c07d4c96";

    static final String IPV6_RESPONSE = "01010048" + "2112a442" + "b7e7a701bc34d686fa87dfae"
            + "8022000b" + "7465737420766563746f7220"
            + "00200014" + "0002a1470113a9faa5d3f179bc25f4b5bed2b9d9"
            + "00080014" + "a382954e4be67bf11784c97c8292c275bfe3ed41"
            + "80280004" + "c8fb0b4c";

    static final String LONG_TERM_REQUEST = "00010060" + "2112a442" + "78ad3433c6ad72c029da412e"
            + "00060012" + "e3839ee38388e383aae38383e382afe382b90000"
            + "0015001c" + "662f2f3439396b39353464364f4c33346f4c39465354767936347341"
            + "0014000b" + "6578616d706c652e6f726700"
            + "00080014" + "f67024656dd64a3e02b8e0712e85c9a28ca89666";

    static StunMessage parse(String hex) throws Exception {
        byte[] data = HexFormat.of().parseHex(hex);
        byte[] shifted = new byte[data.length + 9];
        System.arraycopy(data, 0, shifted, 5, data.length);
        return StunMessage.parse(shifted, 5, data.length);
    }

    @Test
    void section21SampleRequest() throws Exception {
        StunMessage message = parse(REQUEST);
        assertEquals(StunClass.REQUEST, message.messageClass());
        assertEquals(StunMessage.BINDING, message.method());
        assertEquals(ID, message.transactionId());
        assertEquals("STUN test client", message.software());
        assertEquals(OptionalLong.of(0x6e0001ffL), message.priority());
        assertEquals(OptionalLong.of(0x932ff9b151263b36L), message.iceControlled());
        assertEquals(OptionalLong.empty(), message.iceControlling());
        assertEquals("evtj:h6vY", message.username());
        assertEquals(List.of(), message.notUnderstood());
        assertTrue(message.hasFingerprint());
        assertTrue(message.isSignedWith(KEY));
        assertFalse(message.isSignedWith(StunKey.shortTerm("VOkJxbRl1RmTxUk/WvJxBT")));
    }

    @Test
    void section22SampleIpv4Response() throws Exception {
        StunMessage message = parse(IPV4_RESPONSE);
        assertEquals(StunClass.SUCCESS, message.messageClass());
        assertEquals("test vector", message.software());
        assertEquals(new InetSocketAddress(InetAddress.getByName("192.0.2.1"), 32853), message.mappedAddress());
        assertTrue(message.isSignedWith(KEY));
    }

    @Test
    void section23SampleIpv6Response() throws Exception {
        StunMessage message = parse(IPV6_RESPONSE);
        assertEquals(
                new InetSocketAddress(InetAddress.getByName("2001:db8:1234:5678:11:2233:4455:6677"), 32853),
                message.mappedAddress());
        assertTrue(message.isSignedWith(KEY));
    }

    @Test
    void section24SampleRequestWithLongTermAuthentication() throws Exception {
        StunMessage message = parse(LONG_TERM_REQUEST);
        String user = "\u30de\u30c8\u30ea\u30c3\u30af\u30b9";
        assertEquals(user, message.username());
        assertEquals("f//499k954d6OL34oL9FSTvy64sA", message.nonce());
        assertEquals("example.org", message.realm());
        assertFalse(message.hasFingerprint());
        assertTrue(message.isSignedWith(StunKey.longTerm(user, "example.org", "TheMatrIX")));
    }
}
