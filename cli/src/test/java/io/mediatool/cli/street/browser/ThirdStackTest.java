package io.mediatool.cli.street.browser;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

/**
 * aiortc, which is WebRTC written in Python, publishes to GStreamer, Chromium and itself, and watches Chromium: as it comes, and with the barest of
 * offers. As it comes, the same extension number means one thing for sound and another for pictures.
 */
@Tag("street")
@Isolated("a browser needs the machine")
final class ThirdStackTest {
    private static final int PICTURES = 45;

    /** When its VP8 encoder gets no processor it leaves changes out. */
    private static final double UNREADABLE = 0.25;

    /** Its ICE leaves the loopback interface out. */
    private static final List<String> EVERY_INTERFACE = List.of();

    private static final String BARE = "bare";

    @TempDir
    Path directory;

    @Test
    void aiortcPublishesAndEverybodyWatches() throws Exception {
        try (var serve = new Serve(directory, EVERY_INTERFACE);
                ForeignPeer vp8 = aiortc(serve, "publish", "VP8", "whip/third/VP8");
                ForeignPeer h264 = aiortc(serve, "publish", "H264", "whip/third/H264", BARE)) {
            vp8.awaitConnected();
            h264.awaitConnected();
            for (String codec : List.of("VP8", "H264")) {
                String path = "whep/third/" + codec;
                try (ForeignPeer itself = aiortc(serve, "watch", codec, path);
                        ForeignPeer bare = aiortc(serve, "watch", codec, path, BARE);
                        ForeignPeer gstreamer =
                                ForeignPeer.start(directory, "gstreamer-peer.py", "watch", codec, serve.page(path))) {
                    for (ForeignPeer viewer : List.of(itself, bare, gstreamer)) {
                        viewer.assertPerceives(UNREADABLE);
                    }
                    for (ForeignPeer viewer : List.of(itself, bare)) {
                        viewer.awaitLine("sound -1[3-5]\\.[0-9] 4(39|40|41)");
                    }
                    for (ForeignPeer viewer : List.of(itself, bare, gstreamer)) {
                        viewer.end();
                    }
                }
            }
            vp8.end();
            h264.end();
        }
    }

    @Test
    void chromiumAndAiortcWatchEachOther() throws Exception {
        try (var serve = new Serve(directory, EVERY_INTERFACE);
                var chromium = new Chromium(directory);
                ForeignPeer vp8 = aiortc(serve, "publish", "VP8", "whip/third/VP8", BARE);
                ForeignPeer h264 = aiortc(serve, "publish", "H264", "whip/third/H264")) {
            vp8.awaitConnected();
            h264.awaitConnected();
            Page viewer = chromium.open(serve.room("third"), Serve.reader());
            for (String stream : List.of("VP8", "H264")) {
                var viewing = new Viewing(viewer, stream);
                viewing.awaitLive();
                viewing.startOver();
                viewing.awaitPictures(PICTURES);
                viewing.assertInOrder(320, 180, UNREADABLE);
                viewing.assertTone();
            }
            viewer.screenshot("aiortc");
            vp8.end();
            h264.end();
            viewer.await("document.querySelectorAll('.tile').length === 0", "gone with their publishers");
            viewer.close();
            for (String codec : List.of("VP8", "H264")) {
                Page publisher = chromium.publish(serve.card("back", codec, "&codec=" + codec), "");
                String path = "whep/back/" + codec + "-card";
                try (ForeignPeer plain = aiortc(serve, "watch", codec, path);
                        ForeignPeer bare = aiortc(serve, "watch", codec, path, BARE)) {
                    plain.assertPerceives();
                    bare.assertPerceives();
                    plain.end();
                    bare.end();
                }
                publisher.close();
            }
            chromium.assertNoComplaints();
        }
    }

    private ForeignPeer aiortc(Serve serve, String role, String codec, String path, String... more) throws IOException {
        var words = new ArrayList<>(List.of(role, codec, serve.page(path)));
        words.addAll(List.of(more));
        return ForeignPeer.start(directory, "aiortc-peer.py", words.toArray(String[]::new));
    }
}
