package io.mediatool.ingest.source;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mediatool.core.bits.Hostility;
import io.mediatool.core.rtcp.RtcpWriter;
import io.mediatool.core.rtcp.SenderReport;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Seeded garbage and mutations of valid datagrams: no exception leaves the ingest, and it says little. */
class HostileDatagramsTest {
    private static final int DATAGRAMS = Hostility.rounds(20_000);

    private static List<byte[]> valid() {
        List<byte[]> valid = new ArrayList<>();
        valid.add(IngestBench.rtp(96, 1, 1, new byte[] {0x67, 0x42, 0, 0x1e, 1, 2, 3}));
        valid.add(IngestBench.rtp(96, 2, 1, new byte[] {0x7c, (byte) 0x85, 1, 2, 3, 4, 5}));
        valid.add(IngestBench.rtp(97, 3, 2, new byte[] {(byte) 0xfc, 1, 2, 3}));
        valid.add(IngestBench.rtp(0, 4, 3, new byte[160]));
        byte[] ts = new byte[7 * 188];
        for (int i = 0; i < 7; i++) {
            ts[i * 188] = 0x47;
            ts[i * 188 + 3] = 0x10;
        }
        valid.add(ts);
        valid.add(IngestBench.rtp(33, 5, 4, ts));
        valid.add(RtcpWriter.sender(new SenderReport(1, 5L << 32, 1, 1, 1, List.of()), "cname"));
        valid.add(RtcpWriter.goodbye(1, "cname", "bye"));
        return valid;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "rtp://127.0.0.1:5004",
                "rtp://127.0.0.1:5004?codec=h264&pt=96",
                "rtp://127.0.0.1:5004?codec=opus",
                "rtp://127.0.0.1:5004?codec=ts",
                "udp://127.0.0.1:5004"
            })
    void nothingEscapes(String argument) throws Exception {
        long seed = argument.hashCode();
        var random = new Random(seed);
        List<byte[]> valid = valid();
        var bench = new IngestBench(argument);
        try {
            for (int i = 0; i < 2 * DATAGRAMS; i++) {
                byte[] datagram = random.nextInt(4) == 0 ? garbage(random) : mutated(valid, random);
                int port = random.nextInt(8) == 0 && !argument.startsWith("udp") ? 5005 : 5004;
                var from = IngestBench.at(1 + random.nextInt(65_535));
                bench.loop.inject(bench.loop.nowNs(), from, IngestBench.at(port), datagram);
                bench.loop.advanceBy(random.nextInt(100_000));
            }
            bench.loop.advanceBy(5 * IngestBench.SECOND);
            bench.ingest.snapshot().lines().forEach(line -> assertTrue(line.length() < 4000, line));
            bench.ingest.close();
        } catch (Throwable failure) {
            throw new AssertionError("seed " + seed, failure);
        }
        assertTrue(bench.lines.size() <= 25, bench.lines.size() + " lines");
        assertTrue(bench.tracks.size() <= 200, bench.tracks.size() + " tracks");
        assertEquals(
                8, Math.min(8, bench.ingest.snapshot().ports().get(0).senders().size()));
    }

    private static byte[] garbage(Random random) {
        byte[] data = new byte[1 + random.nextInt(200)];
        random.nextBytes(data);
        return data;
    }

    private static byte[] mutated(List<byte[]> valid, Random random) {
        byte[] data = valid.get(random.nextInt(valid.size())).clone();
        for (int flips = random.nextInt(4); flips > 0; flips--) {
            data[random.nextInt(data.length)] = (byte) random.nextInt(256);
        }
        return random.nextInt(5) == 0 ? Arrays.copyOf(data, 1 + random.nextInt(data.length)) : data;
    }
}
