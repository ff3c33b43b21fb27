package io.mediatool.cli.street.browser;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

/** GStreamer's webrtcbin, which shares no code with browsers or with us, publishes to Chromium, watches it, and watches itself. */
@Tag("street")
@Isolated("a browser needs the machine, and freezes are measured")
final class SecondStackTest {
    private static final int PICTURES = 45;
    private static final double FROZEN_MS = 500;

    /** libnice binds to addresses of the network, from which the loopback interface cannot be reached. */
    private static final List<String> EVERY_INTERFACE = List.of();

    @TempDir
    Path directory;

    @Test
    void gstreamerPublishesAndChromiumWatches() throws Exception {
        try (var serve = new Serve(directory, EVERY_INTERFACE);
                var chromium = new Chromium(directory);
                ForeignPeer vp8 = peer(serve, "publish", "VP8", "whip/second/one");
                ForeignPeer h264 = peer(serve, "publish", "H264", "whip/second/two")) {
            vp8.awaitConnected();
            h264.awaitConnected();
            Page viewer = chromium.open(serve.room("second"), Serve.reader());
            for (String stream : List.of("one", "two")) {
                var viewing = new Viewing(viewer, stream);
                viewing.awaitLive();
                viewing.startOver();
                viewing.awaitPictures(PICTURES);
                viewing.assertMoved(320, 180, FROZEN_MS);
                viewing.assertTone();
            }
            try (ForeignPeer itself = peer(serve, "watch", "H264", "whep/second/two")) {
                itself.assertPerceives();
                itself.end();
            }
            viewer.screenshot("gstreamer");
            vp8.end();
            h264.end();
            viewer.await("document.querySelectorAll('.tile').length === 0", "gone with their publishers");
            chromium.assertNoComplaints();
        }
    }

    @Test
    void chromiumPublishesAndGstreamerWatches() throws Exception {
        try (var serve = new Serve(directory, EVERY_INTERFACE);
                var chromium = new Chromium(directory)) {
            for (String codec : List.of("VP8", "H264")) {
                Page publisher = chromium.publish(serve.card("second", codec, "&codec=" + codec), "");
                try (ForeignPeer viewer = peer(serve, "watch", codec, "whep/second/" + codec + "-card")) {
                    viewer.assertPerceives();
                    viewer.end();
                }
                publisher.close();
            }
        }
    }

    private ForeignPeer peer(Serve serve, String role, String codec, String path) throws IOException {
        return ForeignPeer.start(directory, "gstreamer-peer.py", role, codec, serve.page(path));
    }
}
