package io.mediatool.cli.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** {@code scripts/whip-conformance}: we pass it, and it can fail. */
final class ConformanceTest {
    private record Outcome(int code, String text) {}

    @Test
    void wePass() throws IOException, InterruptedException {
        HttpSettings open = HttpRig.settings(HttpRig.gate(List.of("publish+watch:secret"), null));
        var settings = new HttpSettings(open.bind(), 0, null, open.gate(), List.of("*"), List.of(), null, 0);
        try (HttpRig rig = HttpRig.open(settings)) {
            Outcome outcome = run("--strict", "--token", "secret", rig.uri("").toString());
            assertEquals(0, outcome.code, outcome.text);
            assertTrue(
                    outcome.text.lines().filter(line -> line.startsWith("ok ")).count() > 70, outcome.text);
            rig.shows("shown", "cam");
            Outcome watched = run(
                    "--strict",
                    "--token",
                    "secret",
                    "--whep",
                    rig.uri("/whep/shown").toString());
            assertEquals(0, watched.code, watched.text);
            assertTrue(watched.text.contains("ok    WHEP ICE restart: a new tag"), watched.text);
            assertTrue(watched.text.contains("ok    WHEP counter-offer: the answer is taken with 204"), watched.text);
            Outcome byQuery = run(
                    "--strict",
                    "--whip",
                    rig.uri("/whip/query?token=secret").toString(),
                    "--whep",
                    rig.uri("/whep/shown?token=secret").toString());
            assertEquals(0, byQuery.code, byQuery.text);
            assertTrue(byQuery.text.contains("ok    WHIP DELETE: 200"), byQuery.text);
            assertTrue(byQuery.text.contains("ok    WHEP counter-offer: the answer is taken with 204"), byQuery.text);
        }
    }

    @Test
    void aServerOfAnotherKindFails() throws IOException, InterruptedException {
        try (HttpRig rig = HttpRig.open()) {
            Outcome outcome = run("--whip", rig.uri("/api/v1/rooms").toString());
            assertEquals(1, outcome.code, outcome.text);
            assertTrue(outcome.text.contains("FAIL  WHIP POST: 201"), outcome.text);
        }
        assertEquals(2, run().code);
    }

    private static Outcome run(String... arguments) throws IOException, InterruptedException {
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("mediatool.home", ".."))
                .resolve("scripts/whip-conformance")
                .toString());
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getOutputStream().close();
        String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertTrue(process.waitFor(1, TimeUnit.MINUTES), text);
        return new Outcome(process.exitValue(), text);
    }
}
