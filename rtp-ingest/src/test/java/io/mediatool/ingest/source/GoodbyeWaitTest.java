package io.mediatool.ingest.source;

import static io.mediatool.ingest.source.IngestBench.MS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mediatool.core.rtcp.RtcpWriter;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A BYE comes by another socket than the packets before it, which may still be unread: half a second, then 100 ms of quiet. */
class GoodbyeWaitTest {
    private static final byte[] PAYLOAD = {0x65, 1, 2, 3};

    private IngestBench bench;
    private long byeNs;
    private int sequence;

    @BeforeEach
    void pushAndSayGoodbye() throws Exception {
        bench = new IngestBench("rtp://127.0.0.1:5004?codec=h264&pt=96");
        packet();
        byeNs = bench.loop.nowNs();
        bench.send(5005, RtcpWriter.goodbye(1, "x", ""));
    }

    private void packet() {
        bench.sendRtp(5004, 96, sequence++, 1, PAYLOAD);
    }

    /** Lets time pass until {@code ms} after the goodbye. */
    private void at(long ms) {
        bench.loop.advanceBy(byeNs + ms * MS - bench.loop.nowNs());
    }

    @Test
    void nothingComesAnyMore() {
        at(590);
        assertFalse(bench.endedTold);
        at(610);
        assertTrue(bench.endedTold);
        assertTrue(bench.streamEnded);
    }

    @Test
    void whatWasStillOnItsWayIsTaken() {
        at(480);
        packet();
        at(550);
        packet();
        at(610);
        packet();
        at(690);
        assertFalse(bench.endedTold, "the last packet came in the last 100 ms");
        at(810);
        assertTrue(bench.endedTold);
        assertEquals(List.of(0, 1, 2, 3), bench.sequences.get("video0"));
    }

    @Test
    void aSenderThatGoesOnAllTheSameIsLeftInTheEnd() {
        for (int ms = 50; ms <= 2_350; ms += 50) {
            at(ms);
            packet();
        }
        assertFalse(bench.endedTold);
        for (int ms = 2_400; ms <= 2_700; ms += 50) {
            at(ms);
            packet();
        }
        assertTrue(bench.endedTold, "20 times 100 ms after the half second");
        int taken = bench.sequences.get("video0").size();
        assertTrue(taken < sequence, "nothing is taken afterwards");
        assertEquals(IntStream.range(0, taken).boxed().toList(), bench.sequences.get("video0"));
    }

    @Test
    void anotherSendersGoodbyeIsNone() {
        at(300);
        bench.send(5005, RtcpWriter.goodbye(2, "x", ""));
        at(590);
        assertFalse(bench.endedTold);
    }

    @Test
    void theGoodbyesOfStrangersDoNotHideIt() throws Exception {
        bench = new IngestBench("rtp://127.0.0.1:5004?codec=h264&pt=96");
        packet();
        for (int ssrc = 100; ssrc < 140; ssrc++) {
            bench.send(5005, RtcpWriter.goodbye(ssrc, "x", ""));
        }
        byeNs = bench.loop.nowNs();
        bench.send(5005, RtcpWriter.goodbye(1, "x", ""));
        at(590);
        assertFalse(bench.endedTold);
        at(610);
        assertTrue(bench.endedTold);
    }

    @Test
    void closingMeanwhileIsTheEnd() {
        at(300);
        bench.ingest.close();
        at(3_000);
        assertFalse(bench.endedTold, "who closes knows");
    }
}
