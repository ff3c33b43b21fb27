package io.mediatool.core.dtls;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import io.mediatool.core.bits.Hostility;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.bouncycastle.tls.AlertDescription;
import org.bouncycastle.tls.DTLSTransport;
import org.bouncycastle.tls.TlsFatalAlert;
import org.junit.jupiter.api.Test;

/** Both roles of a handshake are told what a peer says, harmed in every way, at every step of it and after it. */
final class DtlsHostileTest {
    private static final long SEED = 6_347;
    /** content_type 1, version 2, epoch 2, sequence_number 6, length 2: RFC 6347 §4.1. */
    private static final int RECORD_HEADER = 13;
    /** msg_type 1, length 3, message_seq 2, fragment_offset 3, fragment_length 3: RFC 6347 §4.2.2. */
    private static final int HANDSHAKE_HEADER = 12;
    /** Half a megabyte is usual; a message that is believed takes 16 MB, or sixteen times that. */
    private static final long MAX_ROUND_BYTES = 4 << 20;

    private final Random random = new Random(SEED);
    private final Map<String, Integer> ends = new TreeMap<>();
    /** Of those that came to keys. */
    private final Map<String, Integer> after = new TreeMap<>();

    private long said;

    private byte[] harmed(byte[] whole) {
        byte[] data = whole.clone();
        switch (random.nextInt(9)) {
            case 0 -> data = Arrays.copyOf(data, random.nextInt(data.length));
            case 1 -> data = Arrays.copyOf(data, data.length + 1 + random.nextInt(800));
            case 2 -> flip(data, 0, Math.min(data.length, RECORD_HEADER));
            case 3 -> flip(data, 0, Math.min(data.length, RECORD_HEADER + HANDSHAKE_HEADER));
            case 4 -> data = fragment(data);
            case 5 -> number(data, RECORD_HEADER + 1 + 3 * random.nextInt(4), 3);
            case 6 ->
                number(data, RECORD_HEADER + HANDSHAKE_HEADER + random.nextInt(data.length), 1 + random.nextInt(3));
            case 7 -> {
                random.nextBytes(data);
                data[0] = (byte) (20 + random.nextInt(5));
                data[1] = (byte) 0xfe;
                data[2] = (byte) 0xfd;
            }
            default -> flip(data, 0, data.length);
        }
        return data;
    }

    private void flip(byte[] data, int from, int to) {
        for (int n = 1 + random.nextInt(4); n > 0 && to > from; n--) {
            data[from + random.nextInt(to - from)] ^= (byte) (1 << random.nextInt(8));
        }
    }

    /** A length, a type or a count becomes one at the edge of what it can be. */
    private void number(byte[] data, int at, int bytes) {
        int value =
                new int[] {0, 1, 0xff, 0x100, 0x7fff, 0xffff, 0xffffff, 0x7f_ffff, random.nextInt()}[random.nextInt(9)];
        for (int i = 0; i < bytes && at + i < data.length; i++) {
            data[at + i] = (byte) (value >> 8 * (bytes - 1 - i));
        }
    }

    /** A part of the first message, which may lie about where it belongs and how long the whole is; its record is right. */
    private byte[] fragment(byte[] whole) {
        int body = whole.length - RECORD_HEADER - HANDSHAKE_HEADER;
        if (body <= 0 || whole[0] != 22) {
            return whole;
        }
        int from = random.nextInt(body);
        int length = random.nextInt(body - from + 1);
        byte[] data = new byte[RECORD_HEADER + HANDSHAKE_HEADER + length];
        System.arraycopy(whole, 0, data, 0, RECORD_HEADER + HANDSHAKE_HEADER);
        System.arraycopy(
                whole, RECORD_HEADER + HANDSHAKE_HEADER + from, data, RECORD_HEADER + HANDSHAKE_HEADER, length);
        put(data, RECORD_HEADER - 2, 2, HANDSHAKE_HEADER + length);
        put(data, RECORD_HEADER + 6, 3, random.nextInt(4) == 0 ? random.nextInt() : from);
        put(data, RECORD_HEADER + 9, 3, random.nextInt(8) == 0 ? random.nextInt() : length);
        if (random.nextInt(3) == 0) {
            put(data, RECORD_HEADER + 1, 3, random.nextInt(1 << random.nextInt(1, 25)));
        }
        if (random.nextInt(3) == 0) {
            put(data, RECORD_HEADER + 4, 2, random.nextInt(20));
        }
        // A record number of its own: else it would be dropped as a replay.
        put(data, 7, 4, random.nextInt());
        return data;
    }

    private static void put(byte[] data, int at, int bytes, int value) {
        for (int i = 0; i < bytes; i++) {
            data[at + i] = (byte) (value >> 8 * (bytes - 1 - i));
        }
    }

    /** The genuine datagrams with harmed ones among them, and some of them gone, twice or harmed themselves. */
    private List<byte[]> script(ScriptedHandshake handshake, DtlsRole role) {
        List<byte[]> said = handshake.saidTo(role);
        List<byte[]> script = new ArrayList<>();
        int spare = random.nextInt(said.size() + 1);
        for (int i = 0; i < said.size(); i++) {
            for (int n = random.nextInt(i >= spare ? 12 : 2); n > 0; n--) {
                DtlsRole from = random.nextInt(8) == 0 && role == DtlsRole.CLIENT ? DtlsRole.SERVER : role;
                List<byte[]> any = handshake.saidTo(from);
                script.add(harmed(
                        random.nextInt(3) > 0 && i < any.size() ? any.get(i) : any.get(random.nextInt(any.size()))));
            }
            int fate = i < spare ? 9 : random.nextInt(10);
            if (fate > 0) {
                script.add(fate == 1 ? harmed(said.get(i)) : said.get(i));
            }
            if (fate == 2) {
                script.add(said.get(i));
            }
        }
        return script;
    }

    private void play(SrtpPeer peer, ScriptedHandshake.Script script) {
        String end;
        Map<String, Integer> when = ends;
        try {
            DTLSTransport transport = peer.shakeHands(script);
            when = after;
            byte[] record = new byte[2_048];
            while (true) {
                int unused = transport.receive(record, 0, record.length, 1);
            }
        } catch (TlsFatalAlert alert) {
            end = AlertDescription.getName(alert.getAlertDescription());
            if (alert.getCause() instanceof RuntimeException stumbled) {
                // BouncyCastle's own answer to what it did not foresee; kept apart, so that a new one is seen.
                end += " by " + stumbled.getClass().getSimpleName() + " in "
                        + stumbled.getStackTrace()[0].getMethodName();
            }
        } catch (IOException e) {
            end = "gave up";
        }
        when.merge(end, 1, Integer::sum);
    }

    @Test
    void theScriptIsPlayedToItsEnd() throws Exception {
        playInPeace(new ScriptedHandshake());
    }

    private static void playInPeace(ScriptedHandshake handshake) throws Exception {
        for (DtlsRole role : DtlsRole.values()) {
            var script = new ScriptedHandshake.Script(handshake.saidTo(role));
            SrtpPeer peer = handshake.peer(role);
            DTLSTransport transport = peer.shakeHands(script);
            assertEquals(100, transport.receive(new byte[2_048], 0, 2_048, 1));
            peer.agreement().keys();
        }
    }

    /** A fragment of a few bytes says that sixteen megabytes are to come: nothing is kept for them. */
    @Test
    void whatAMessageClaimsIsNotBelieved() {
        byte[] fragment = new byte[RECORD_HEADER + HANDSHAKE_HEADER + 4];
        fragment[0] = 22;
        put(fragment, 1, 2, 0xfefd);
        put(fragment, RECORD_HEADER - 2, 2, HANDSHAKE_HEADER + 4);
        fragment[RECORD_HEADER] = 11;
        put(fragment, RECORD_HEADER + 9, 3, 4);
        for (int length : new int[] {4, 0x8000, 0x8001, 0xffffff}) {
            put(fragment, RECORD_HEADER + 1, 3, length);
            assertEquals(length <= 0x8000, DtlsCrypto.HandshakeLengths.areBearable(fragment), "" + length);
            byte[] second = Arrays.copyOf(new byte[RECORD_HEADER], RECORD_HEADER + fragment.length);
            System.arraycopy(fragment, 0, second, RECORD_HEADER, fragment.length);
            assertEquals(length <= 0x8000, DtlsCrypto.HandshakeLengths.areBearable(second), "behind another");
        }
        for (String body : List.of("", "00", "000004000001", "ffffff000000", "000006ffffff000000")) {
            assertThrows(
                    TlsFatalAlert.class,
                    () -> DtlsCrypto.HandshakeLengths.checkCertificates(
                            HexFormat.of().parseHex(body)),
                    body);
        }
        for (String body : List.of("000000", "00000400000101", "00000800000101000001ff")) {
            assertDoesNotThrow(
                    () -> DtlsCrypto.HandshakeLengths.checkCertificates(
                            HexFormat.of().parseHex(body)),
                    body);
        }
    }

    /** What one of them allocates. */
    private long allocated(ScriptedHandshake handshake, DtlsRole role, List<byte[]> datagrams) {
        var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        var script = new ScriptedHandshake.Script(datagrams);
        SrtpPeer peer = handshake.peer(role);
        long before = threads.getCurrentThreadAllocatedBytes();
        play(peer, script);
        said += script.said();
        return threads.getCurrentThreadAllocatedBytes() - before;
    }

    @Test
    void harmedHandshakesEndInRefusalOrSilence() throws Exception {
        ScriptedHandshake handshake = new ScriptedHandshake();
        playInPeace(handshake); // the first one of a process reads and verifies BouncyCastle's signed jar: megabytes
        long most = 0;
        int firsts = 0;
        long goal = Hostility.rounds(5_000);
        while (said < goal) {
            DtlsRole role = random.nextBoolean() ? DtlsRole.SERVER : DtlsRole.CLIENT;
            List<byte[]> datagrams = script(handshake, role);
            long took = allocated(handshake, role, datagrams);
            if (took > MAX_ROUND_BYTES) {
                // The first of its kind in a process reads classes out of a signed jar, up to 8 MB, but only once.
                took = allocated(handshake, role, datagrams);
                firsts++;
            }
            most = Math.max(most, took);
        }
        String told = said + " datagrams, at most " + most + " bytes a handshake but for " + firsts + " firsts: " + ends
                + ", with keys " + after;
        assertTrue(most < MAX_ROUND_BYTES && firsts < 10, "seed " + SEED + ": " + told);
        assertTrue(
                after.getOrDefault("goodbye", 0) + after.getOrDefault("gave up", 0) > 10, "some get through: " + told);
        assertTrue(ends.size() > 5, "every kind of refusal is met: " + told);
        if (Hostility.rounds(1) > 1) {
            System.out.println(told);
        }
    }
}
