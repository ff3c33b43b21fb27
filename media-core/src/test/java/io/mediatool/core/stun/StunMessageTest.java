package io.mediatool.core.stun;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mediatool.core.bits.Hostility;
import io.mediatool.core.bits.MalformedException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class StunMessageTest {
    private static final StunKey KEY = StunKey.shortTerm("password");
    private static final TransactionId ID = new TransactionId(1, 2);

    private static StunMessage parse(byte[] data) throws MalformedException {
        return StunMessage.parse(data, 0, data.length);
    }

    @Test
    void readsWhatItWrites() throws Exception {
        for (String address : List.of("198.51.100.7", "2001:db8::7")) {
            var mapped = new InetSocketAddress(InetAddress.getByName(address), 65535);
            StunMessage message = parse(StunWriter.binding(StunClass.SUCCESS, ID)
                    .mappedAddress(mapped)
                    .sign(KEY));
            assertEquals(mapped, message.mappedAddress());
            assertEquals(ID, message.transactionId());
            assertTrue(message.isSignedWith(KEY) && message.hasFingerprint());
        }
        StunMessage request = parse(StunWriter.binding(StunClass.REQUEST, ID)
                .username("abc:de")
                .priority(0xffff_fffeL)
                .iceControlling(-5)
                .useCandidate()
                .sign(KEY));
        assertEquals("abc:de", request.username());
        assertEquals(OptionalLong.of(0xffff_fffeL), request.priority());
        assertEquals(OptionalLong.of(-5), request.iceControlling());
        assertTrue(request.useCandidate());
    }

    @Test
    void readsEveryClassAndRefusals() throws Exception {
        for (StunClass one : StunClass.values()) {
            StunMessage message = parse(StunWriter.binding(one, ID).finish());
            assertEquals(one, message.messageClass());
            assertEquals(StunMessage.BINDING, message.method());
            assertFalse(message.isSignedWith(KEY));
        }
        StunMessage refusal = parse(StunWriter.binding(StunClass.ERROR, ID)
                .error(StunError.UNKNOWN_ATTRIBUTE)
                .unknownAttributes(List.of(0x7001))
                .finish());
        assertEquals(StunError.UNKNOWN_ATTRIBUTE, refusal.error());
    }

    @Test
    void ignoresWhatFollowsTheSignature() throws Exception {
        byte[] signed =
                StunWriter.binding(StunClass.REQUEST, ID).username("a:b").sign(KEY);
        byte[] body = Arrays.copyOf(signed, signed.length - 8 + 4);
        body[signed.length - 8] = 0x00; // USE-CANDIDATE smuggled in between signature and end
        body[signed.length - 7] = 0x25;
        body[signed.length - 6] = 0;
        body[signed.length - 5] = 0;
        body[3] = (byte) (body.length - 20);
        StunMessage message = parse(body);
        assertTrue(message.isSignedWith(KEY));
        assertFalse(message.useCandidate());
    }

    @Test
    void theFirstOfTwoCounts() throws Exception {
        assertEquals(
                "first",
                parse(StunWriter.binding(StunClass.REQUEST, ID)
                                .username("first")
                                .username("second")
                                .finish())
                        .username());
    }

    @Test
    void tellsWhatItDoesNotUnderstand() throws Exception {
        // 0x7001 must be understood, 0xc001 need not.
        StunMessage message = parse(HexFormat.of()
                .parseHex("0001000c" + "2112a442" + "000000000000000000000001" + "70010000" + "c0010003" + "01020300"));
        assertEquals(List.of(0x7001), message.notUnderstood());
    }

    @Test
    void refusesWhatLies() {
        String id = "000000000000000000000001";
        for (String bad : List.of(
                "",
                "000100002112a442" + id.substring(2),
                "800100002112a442" + id, // RTP
                "000100002112a443" + id, // another cookie: RFC 3489
                "000100042112a442" + id, // shorter than announced
                "000100022112a442" + id + "0000",
                "000100042112a442" + id + "00060001", // attribute exceeds message
                "000100082112a442" + id + "0008000401020304", // HMAC of 4 bytes
                "000100082112a442" + id + "8028000400000000")) { // wrong CRC
            byte[] data = HexFormat.of().parseHex(bad);
            assertThrows(MalformedException.class, () -> parse(data), bad);
        }
        byte[] many = HexFormat.of().parseHex("000101042112a442" + id + "c0010000".repeat(65));
        assertThrows(MalformedException.class, () -> parse(many));
    }

    @Test
    void oddAttributesAreMissingOnes() throws Exception {
        StunMessage message = parse(HexFormat.of()
                .parseHex("000100282112a442" + "000000000000000000000001"
                        + "00240003" + "01020300" // PRIORITY of three bytes
                        + "80290004" + "01020304" // tie-breaker of four
                        + "00200008" + "0003000101020304" // address family 3
                        + "00090004" + "00000763" // error 799
                        + "00250000"));
        assertEquals(OptionalLong.empty(), message.priority());
        assertEquals(OptionalLong.empty(), message.iceControlled());
        assertNull(message.mappedAddress());
        assertNull(message.error());
        assertTrue(message.useCandidate());
    }

    @Test
    void readsOrRefusesAnything() throws Exception {
        long seed = 5769;
        Random random = new Random(seed);
        for (String hex : List.of(
                Rfc5769Test.REQUEST,
                Rfc5769Test.IPV4_RESPONSE,
                Rfc5769Test.IPV6_RESPONSE,
                Rfc5769Test.LONG_TERM_REQUEST)) {
            byte[] valid = HexFormat.of().parseHex(hex);
            for (int length = 0; length < valid.length; length++) {
                byte[] prefix = Arrays.copyOf(valid, length);
                assertThrows(MalformedException.class, () -> parse(prefix));
            }
            for (int round = 0; round < Hostility.rounds(100_000); round++) {
                byte[] mutated = valid.clone();
                for (int i = 1 + random.nextInt(6); i > 0; i--) {
                    mutated[random.nextInt(mutated.length)] = (byte) random.nextInt();
                }
                if (random.nextBoolean()) { // past the cookie and the length, into the attributes
                    System.arraycopy(valid, 0, mutated, 0, 8);
                    mutated = Arrays.copyOf(mutated, mutated.length - 8);
                    mutated[3] = (byte) (mutated.length - 20);
                }
                judge(mutated, seed, round);
            }
        }
    }

    private static void judge(byte[] data, long seed, int round) {
        try {
            StunMessage message = parse(data);
            message.messageClass();
            message.method();
            message.username();
            message.realm();
            message.nonce();
            message.software();
            message.priority();
            message.iceControlled();
            message.iceControlling();
            message.error();
            message.mappedAddress();
            message.notUnderstood();
            assertFalse(message.isSignedWith(KEY));
        } catch (MalformedException refused) {
            assertFalse(refused.reason().isEmpty());
        } catch (RuntimeException escaped) {
            throw new AssertionError("seed " + seed + " round " + round, escaped);
        }
    }
}
