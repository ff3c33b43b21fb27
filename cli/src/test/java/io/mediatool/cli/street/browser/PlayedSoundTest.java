package io.mediatool.cli.street.browser;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mediatool.cli.street.Street;
import io.mediatool.cli.street.Visitor;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

/** What FFmpeg makes when it is told nothing of WebRTC, H.264 and AAC, is seen and heard by Chromium: from a file, and pushed as a transport stream, by VLC too. */
@Tag("street")
@Isolated("a browser needs the machine")
final class PlayedSoundTest {
    private static final String MEDIA = "-re -f lavfi -i testsrc2=size=320x240:rate=25"
            + " -f lavfi -i sine=frequency=440:sample_rate=44100 -c:v libx264 -preset ultrafast -g 25 -pix_fmt yuv420p"
            + " -c:a aac -ac 2 ";

    @TempDir
    Path directory;

    @Test
    void aFileWithAac() {
        Path file = directory.resolve("clip.mp4");
        Street.ffmpeg(directory, MEDIA.replace("-re ", "") + "-t 30 " + file);
        try (var serve = new Serve(directory, List.of("--bind", "127.0.0.1", "--play", "cinema=" + file))) {
            watch(serve, "clip");
        }
    }

    @Test
    void aTransportStreamWithAac() {
        int port = Street.freePorts(1);
        String ingest = "cinema=udp://127.0.0.1:" + port;
        try (var serve = new Serve(directory, List.of("--bind", "127.0.0.1", "--ingest", ingest));
                Visitor push = Visitor.start(
                        directory,
                        Street.words("ffmpeg -nostdin -v error " + MEDIA + "-f mpegts udp://127.0.0.1:" + port
                                + "?pkt_size=1316"))) {
            watch(serve, "push");
            push.signal("TERM");
            push.awaitExit(Street.SOON);
        }
    }

    @Test
    void whatVlcPushes() {
        Path file = directory.resolve("clip.mp4");
        Street.ffmpeg(directory, MEDIA.replace("-re ", "") + "-t 30 " + file);
        int port = Street.freePorts(2);
        String output = "#rtp{dst=127.0.0.1,port=" + port + ",mux=ts}";
        try (var serve = new Serve(
                        directory, List.of("--bind", "127.0.0.1", "--ingest", "cinema=rtp://127.0.0.1:" + port));
                Visitor push = Street.vlc(directory, List.of(file.toString(), "--sout", output))) {
            watch(serve, "push");
            push.signal("TERM");
            push.awaitExit(Street.SOON);
        }
    }

    private void watch(Serve serve, String stream) {
        try (var chromium = new Chromium(directory)) {
            Page viewer = chromium.open(serve.room("cinema"), Serve.reader());
            var view = new Viewing(viewer, stream);
            view.awaitPicture();
            view.awaitTone();
            view.assertTone();
            view.awaitDecoded(25);
            String sessions = serve.get("sessions");
            assertTrue(sessions.contains("\"transcodedFrom\":\"mp4a.40.2\""), sessions);
            chromium.assertNoComplaints();
        }
    }
}
