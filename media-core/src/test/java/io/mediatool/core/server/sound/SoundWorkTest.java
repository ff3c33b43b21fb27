package io.mediatool.core.server.sound;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mediatool.core.codec.Codec;
import io.mediatool.core.codec.DecoderConfig;
import io.mediatool.core.codec.MediaFrame;
import io.mediatool.core.codec.RtpFormat;
import io.mediatool.core.server.Counters;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class SoundWorkTest {
    private static final DecoderConfig L16 = DecoderConfig.audio(Codec.L16, new byte[0], 16_000, 1);

    private final ArrayDeque<Runnable> tasks = new ArrayDeque<>();
    private final List<SoundWork.Made> made = new ArrayList<>();
    private final SoundWork work = new SoundWork(RtpFormat.of(Codec.PCMU, 0), tasks::add, made::addAll);

    private void frame(int number) {
        work.frame(
                new MediaFrame(new byte[640], number * 320L, 320, true, L16, false), false, 1 + number * 20_000_000L);
    }

    private void workers() {
        while (!tasks.isEmpty()) {
            tasks.poll().run();
        }
    }

    private Map<String, Double> counted() {
        Counters counters = new Counters();
        work.addCounters(counters);
        return counters.values();
    }

    private long timestamp(int index) {
        return ((SoundWork.Packet) made.get(index)).timestamp();
    }

    /** Who does not keep up drops what comes, counts it, and goes on at the right time. */
    @Test
    void whatIsTooMuchIsDroppedAndCounted() {
        work.begin(16_000);
        for (int i = 0; i < 100; i++) {
            frame(i);
            assertTrue(tasks.size() <= 1, "one task at a time");
        }
        workers();
        for (int i = 100; i < 110; i++) {
            frame(i);
            workers();
        }
        work.end();
        workers();
        assertEquals(36, counted().get("framesDropped"));
        assertEquals(74, counted().get("framesIn"));
        assertEquals(36 * 20, counted().get("silenceMs"), 1);
        assertEquals(new SoundWork.End(), made.get(made.size() - 1));
        for (int i = 1; i < made.size() - 1; i++) {
            assertEquals(160, timestamp(i) - timestamp(i - 1));
        }
        assertEquals(110, made.size() - 1, 1);
    }

    @Test
    void nothingComesAfterItWasStopped() {
        work.begin(16_000);
        frame(0);
        work.stop();
        workers();
        frame(1);
        workers();
        assertEquals(List.of(), made);
    }

    @Test
    void aRestartIsToldBetweenWhatWasBeforeAndAfter() {
        work.begin(16_000);
        frame(0);
        work.restart(16_000, false);
        frame(1_000);
        work.end();
        workers();
        assertEquals(
                List.of(SoundWork.Packet.class, SoundWork.Restart.class, SoundWork.Packet.class, SoundWork.End.class),
                made.stream().map(Object::getClass).toList());
        assertEquals(160_000, timestamp(2));
    }
}
