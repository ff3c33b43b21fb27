package io.mediatool.cli.house;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The floor plan of media-core/README.md as law: imports point down, along the arrows, and never in a circle. */
final class FloorPlanTest {
    private static final String CORE = "io.mediatool.core.";

    /** Floor of each core package; a room inside another one stands on the same floor. */
    private static final Map<String, Integer> FLOORS = Map.ofEntries(
            Map.entry("loop", -1),
            Map.entry("bits", 0),
            Map.entry("rtp", 0),
            Map.entry("rtcp", 0),
            Map.entry("sdp", 0),
            Map.entry("stun", 0),
            Map.entry("codec", 1),
            Map.entry("stream", 1),
            Map.entry("congestion", 1),
            Map.entry("mp4", 1),
            Map.entry("picture", 1),
            Map.entry("audio", 1),
            Map.entry("ice", 1),
            Map.entry("srtp", 1),
            Map.entry("dtls", 1),
            Map.entry("transport", 2),
            Map.entry("server", 3),
            Map.entry("signalling", 4));

    /** On one floor only along these arrows: a package may import those listed. Codec rooms and the catalogue see below. */
    private static final Map<String, Set<String>> SAME_FLOOR = Map.of(
            "rtp", Set.of("bits"),
            "rtcp", Set.of("bits", "rtp"),
            "sdp", Set.of("bits"),
            "stun", Set.of("bits"),
            "dtls", Set.of("srtp"),
            "stream", Set.of("codec"),
            "mp4", Set.of("codec"),
            "picture", Set.of("codec"),
            "audio", Set.of("codec"));

    private static PackageImports imports;

    @BeforeAll
    static void readImports() {
        imports = PackageImports.ofProject();
        assertTrue(imports.packages().contains(CORE + "rtp"), "jdeps found the packages");
        assertTrue(imports.of(CORE + "rtp").contains(CORE + "bits"), "and what they import");
    }

    @Test
    void importsPointDownOrAlongTheArrows() {
        var wrong = new ArrayList<String>();
        for (String from : imports.packages()) {
            for (String to : imports.of(from)) {
                if (!isAllowed(from, to)) {
                    wrong.add(from + " → " + to);
                }
            }
        }
        assertEquals(List.of(), wrong);
    }

    @Test
    void everyCorePackageHasAFloor() {
        var homeless = imports.packages().stream()
                .filter(name -> name.startsWith(CORE) && !FLOORS.containsKey(room(name)))
                .toList();
        assertEquals(List.of(), homeless);
    }

    @Test
    void noCirclesBetweenPackages() {
        var circles = new TreeSet<String>();
        for (String start : imports.packages()) {
            if (reaches(start, start)) {
                circles.add(start);
            }
        }
        assertEquals(Set.of(), circles);
    }

    @Test
    void onlyTheCatalogueKnowsTheCodecRooms() {
        // Where an access unit begins in a transport stream is nothing that every codec knows.
        Set<String> cut = Set.of(CORE + "codec.h264", CORE + "codec.h265");
        for (String from : imports.packages()) {
            for (String to : imports.of(from)) {
                boolean room = to.matches(".*\\.core\\.codec\\.(h264|h265|vp8|vp9|av1|opus)");
                boolean cuts = from.equals("io.mediatool.ingest.mpegts") && cut.contains(to);
                assertFalse(
                        room && !from.equals(CORE + "codec.catalog") && !from.equals(to) && !cuts,
                        from + " imports a codec room: " + to);
            }
        }
    }

    @Test
    void librariesStayInTheirRooms() {
        imports.packages().forEach(from -> {
            imports.of(from).forEach(to -> {
                assertFalse(to.startsWith("io.netty.") && !room(from).equals("loop"), from + " imports Netty: " + to);
                boolean decodes = room(from).equals("picture") || from.equals(CORE + "audio.aac");
                assertFalse(
                        (to.startsWith("org.jcodec.") || to.startsWith("net.sourceforge.jaad.")) && !decodes,
                        from + " imports JCodec: " + to);
                assertFalse(
                        to.startsWith("io.github.jaredmdobson.") && !from.equals(CORE + "audio.opus"),
                        from + " imports Concentus: " + to);
                assertFalse(
                        to.startsWith("org.bouncycastle.") && !room(from).equals("dtls"),
                        from + " imports BouncyCastle: " + to);
                assertFalse(
                        (to.startsWith("picocli") || to.startsWith("io.vertx."))
                                && !from.startsWith("io.mediatool.cli"),
                        from + " imports " + to);
                assertFalse(
                        to.startsWith("io.vertx.") && !from.startsWith("io.mediatool.cli.http"),
                        from + " imports Vert.x: " + to);
            });
        });
    }

    private static boolean isAllowed(String from, String to) {
        if (!to.startsWith("io.mediatool.")) {
            return true;
        }
        if (from.startsWith("io.mediatool.cli")) {
            return true;
        }
        if (!from.startsWith(CORE)) {
            return isWingAllowed(from, to);
        }
        if (!to.startsWith(CORE)) {
            return false;
        }
        String fromRoom = room(from);
        String toRoom = room(to);
        if (fromRoom.equals(toRoom)) {
            return isInsideAllowed(from, to);
        }
        int fromFloor = FLOORS.getOrDefault(fromRoom, 0);
        int toFloor = FLOORS.getOrDefault(toRoom, 0);
        return toFloor < fromFloor
                || SAME_FLOOR.getOrDefault(fromRoom, Set.of()).contains(toRoom);
    }

    /** Inside a room: the contract above knows no craftsman below it; craftsmen and catalogue know the contract. The engine stands on its kernel. */
    private static boolean isInsideAllowed(String from, String to) {
        return !to.startsWith(from + ".") || from.equals(CORE + "loop");
    }

    private static boolean isWingAllowed(String from, String to) {
        return to.startsWith(CORE) || wing(from).equals(wing(to));
    }

    private static String wing(String name) {
        return name.split("\\.")[2];
    }

    private static String room(String name) {
        return name.startsWith(CORE) ? name.substring(CORE.length()).split("\\.")[0] : "";
    }

    private static boolean reaches(String start, String goal) {
        var seen = new HashSet<String>();
        var todo = new ArrayDeque<>(imports.of(start));
        while (!todo.isEmpty()) {
            String next = todo.pop();
            if (next.equals(goal)) {
                return true;
            }
            if (seen.add(next)) {
                todo.addAll(new TreeMap<>(imports.all()).getOrDefault(next, Set.of()));
            }
        }
        return false;
    }
}
