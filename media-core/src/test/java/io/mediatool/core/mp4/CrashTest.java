package io.mediatool.core.mp4;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mediatool.core.bits.MalformedException;
import io.mediatool.core.mp4.read.Mp4Probe;
import io.mediatool.core.mp4.write.Mp4Repair;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A recording that dies at any byte plays up to its last whole fragment, and repair makes it ordinary. */
class CrashTest {

    /** Where to die: at every byte of short writes, at the ends of long ones and here and there inside. */
    private static List<Long> deaths(List<MemoryFile.Write> writes) {
        var points = new ArrayList<Long>();
        long before = 0;
        for (MemoryFile.Write write : writes) {
            for (int i = 0; i < write.length(); i++) {
                if (write.length() < 2000 || i < 100 || i > write.length() - 40 || i % 1009 == 0) {
                    points.add(before + i);
                }
            }
            before += write.length();
        }
        return points;
    }

    @ParameterizedTest
    @EnumSource(Mp4Layout.class)
    void killedAtAnyByte_losesTheFragmentInTheAirAtMost(Mp4Layout layout) throws Exception {
        MemoryFile whole = new MemoryFile();
        var script = new Recordings.Script(whole, layout).record();
        script.finish();
        final List<String> all = script.all();
        List<Long> points = deaths(whole.writes());
        if (layout == Mp4Layout.FASTSTART) {
            // What finishing writes goes to another file.
            points.addAll(List.of(50_200L, 50_700L, 51_000L, 51_500L));
        }
        for (long point : points) {
            MemoryFile dying = new MemoryFile().killAfter(point);
            var run = new Recordings.Script(dying, layout);
            try {
                run.record();
                run.finish();
            } catch (IOException e) {
                assertEquals("killed", e.getMessage());
            }
            survives(dying.survivor(), run.all(), all, layout + " killed after " + point);
        }
    }

    private static void survives(MemoryFile left, List<String> flushed, List<String> all, String when)
            throws IOException {
        List<String> played;
        Mp4Summary repaired;
        try {
            played = Recordings.read(left.survivor());
            repaired = Mp4Repair.repair(left);
        } catch (MalformedException e) {
            assertTrue(flushed.isEmpty(), when + ": " + e.getMessage());
            return;
        }
        assertTrue(new HashSet<>(played).containsAll(flushed), when + ": flushed but not played");
        assertTrue(new HashSet<>(all).containsAll(played), when + ": played what was never recorded");
        try {
            assertEquals(played, Recordings.read(left), when + ": repaired");
            assertEquals(repaired.state(), Mp4Probe.of(left).state(), when);
            assertFalse(Mp4Repair.repair(left).changed(), when + ": repaired twice");
            assertFalse(Mp4Probe.of(left).torn(), when);
        } catch (MalformedException e) {
            throw new AssertionError(when + ": " + e.getMessage(), e);
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = Mp4Layout.class,
            names = {"HYBRID", "FRAGMENTED"})
    void cutAtEveryByteOfTheLastFragment_losesThatFragmentOnly(Mp4Layout layout) throws Exception {
        MemoryFile file = new MemoryFile();
        var script = new Recordings.Script(file, layout).record();
        byte[] image = file.toByteArray();
        int last = (int) file.writes().get(file.writes().size() - 1).position();
        List<String> before = script.fragments.subList(0, script.fragments.size() - 1).stream()
                .flatMap(List::stream)
                .sorted()
                .toList();
        for (int size = last; size < image.length; size++) {
            MemoryFile torn = MemoryFile.of(Arrays.copyOf(image, size));
            assertEquals(before, Recordings.read(torn), "cut to " + size);
            Mp4Summary summary = Mp4Repair.repair(torn);
            assertEquals(Mp4Probe.of(torn).state(), summary.state());
            assertTrue(summary.cutBytes() <= size - last, "cut " + summary.cutBytes());
            assertEquals(before, Recordings.read(torn), "repaired after a cut to " + size);
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = Mp4Layout.class,
            names = {"HYBRID", "FRAGMENTED"})
    void repairKilledAtAnyByte_canBeRepeated(Mp4Layout layout) throws Exception {
        MemoryFile crashed = new MemoryFile();
        final var script = new Recordings.Script(crashed, layout).record();
        crashed.put(crashed.size(), new byte[] {0, 0, 9, 9, 'm', 'o', 'o', 'f', 1}, 0, 9);
        MemoryFile once = crashed.survivor();
        Mp4Summary whole = Mp4Repair.repair(once);
        assertEquals(9, whole.cutBytes());
        long total = once.writes().stream().mapToLong(MemoryFile.Write::length).sum();
        for (long point = 0; point < total; point++) {
            MemoryFile dying = crashed.survivor().killAfter(point);
            try {
                Mp4Repair.repair(dying);
            } catch (IOException e) {
                assertEquals("killed", e.getMessage());
            }
            MemoryFile left = dying.survivor();
            assertEquals(script.all(), Recordings.read(left.survivor()), "killed after " + point);
            Mp4Repair.repair(left);
            assertEquals(script.all(), Recordings.read(left), "repaired again after " + point);
            assertFalse(Mp4Repair.repair(left).changed());
        }
    }

    @Test
    void repairOfACrashedHybrid_isWhatFinishingWouldHaveMade() throws Exception {
        MemoryFile finished = new MemoryFile();
        new Recordings.Script(finished, Mp4Layout.HYBRID).record().finish();
        MemoryFile crashed = new MemoryFile();
        new Recordings.Script(crashed, Mp4Layout.HYBRID).record();
        Mp4Repair.repair(crashed);
        assertArrayEquals(finished.toByteArray(), crashed.toByteArray());
    }

    @ParameterizedTest
    @EnumSource(Mp4Layout.class)
    void fullDiskAtAnyByte_keepsWhatWasFlushed(Mp4Layout layout) throws Exception {
        MemoryFile whole = new MemoryFile();
        var script = new Recordings.Script(whole, layout).record();
        final long recorded = whole.size();
        script.finish();
        final List<String> all = script.all();
        for (long room = 100; room < whole.size() + 50; room += room > 2000 && room < 32_000 ? 997 : 1) {
            MemoryFile full = new MemoryFile().capacity(room);
            var run = new Recordings.Script(full, layout);
            Mp4Summary summary = null;
            try {
                run.record();
            } catch (IOException e) {
                assertEquals("No space left on device", e.getMessage());
            }
            try {
                summary = run.finish();
            } catch (IOException e) {
                assertEquals("No space left on device", e.getMessage());
                assertTrue(run.all().isEmpty(), "finish must keep what it has: room " + room);
                continue;
            }
            assertEquals(run.all(), Recordings.read(full), layout + " room " + room);
            assertTrue(room < recorded || run.all().equals(all));
            if (room < whole.size()) {
                assertNotNull(summary.failure(), "room " + room);
            }
        }
    }
}
