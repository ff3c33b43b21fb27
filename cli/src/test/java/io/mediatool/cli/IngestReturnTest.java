package io.mediatool.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mediatool.cli.street.Street;
import io.mediatool.cli.terminal.ExitCode;
import org.junit.jupiter.api.Test;

/** What is forwarded to where it comes from would go round for ever. */
final class IngestReturnTest {
    @Test
    void aForwardToItsOwnSourceIsRefused() {
        int port = Street.freePorts(2);
        String target = "rtp://127.0.0.1:" + port;
        for (String source : new String[] {target, "rtp://:" + port, "udp://:" + port}) {
            Outcome outcome = Outcome.of("ingest", source, "--forward", target, "--timeout=200ms");
            assertEquals(ExitCode.USAGE, outcome.code(), outcome.err());
            assertEquals(
                    "mediatool: " + target + " leads back to the source on port " + port
                            + ": forward to another port\n",
                    outcome.err());
        }
    }

    @Test
    void soundThatWouldComeBackIsWarnedOf() {
        int port = Street.freePorts(2) + 2;
        String target = "rtp://127.0.0.1:" + (port - 2);
        Outcome outcome = Outcome.of("ingest", "rtp://127.0.0.1:" + port, "--forward", target, "--timeout=200ms");
        assertEquals(ExitCode.NOTHING_ARRIVED, outcome.code(), outcome.err());
        assertTrue(outcome.err().contains("sound would go to port " + port + ", back to the source"), outcome.err());
        Outcome moved = Outcome.of(
                "ingest",
                "rtp://127.0.0.1:" + port,
                "--forward",
                target + "?audio-port=" + (port + 40),
                "--timeout=200ms");
        assertTrue(!moved.err().contains("back to the source"), moved.err());
    }
}
