package io.mediatool.cli.street.browser;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

/** Chromium publishes two spatial layers under one SSRC, and a viewer has the one that is asked for by REST: smaller pictures and larger ones. */
@Tag("street")
@Isolated("a browser needs the machine, and freezes are measured")
final class ScalableTest {
    private static final double FROZEN_MS = 500;

    @TempDir
    Path directory;

    @Test
    void aViewerChoosesTheSpatialLayer() {
        try (var serve = new Serve(directory);
                var chromium = new Chromium(directory)) {
            watch(serve, chromium, "VP9", "L2T3_KEY");
            watch(serve, chromium, "AV1", "L2T2");
            chromium.assertNoComplaints();
        }
    }

    private static void watch(Serve serve, Chromium chromium, String codec, String mode) {
        String room = "svc-" + codec;
        Page publisher = chromium.publish(
                serve.page("?room=" + room + "&name=svc&source=test&size=640x360&fps=15&codec=" + codec), scaled(mode));
        Page viewer = chromium.open(serve.room(room), Serve.reader());
        var viewing = new Viewing(viewer, "svc-card");
        viewing.awaitLive();
        show(viewer, 640);
        serve.await("rooms/" + room, "\"S1T1\"");
        // Chromium begins with the lowest layer and adds others: that is over.
        viewing.startOver();
        viewing.awaitPictures(15);
        for (int width : List.of(320, 640)) {
            viewing.startOver();
            assertEquals(204.0, viewer.number(select(width == 320 ? "{spatialLayer: 0}" : "{}")));
            show(viewer, width);
            viewing.awaitPictures(20);
            viewing.assertMoved(width, width * 9 / 16, FROZEN_MS);
        }
        viewer.close();
        publisher.close();
    }

    private static void show(Page viewer, int width) {
        viewer.await(
                "document.querySelector('.tile video').videoWidth === " + width,
                width + " pixels",
                Duration.ofSeconds(15));
    }

    /** What runs in the publishing page before its own scripts: the page itself has no scalable layers on offer. */
    private static String scaled(String mode) {
        return """
                {
                  const original = RTCPeerConnection.prototype.addTransceiver;
                  RTCPeerConnection.prototype.addTransceiver = function (track, init) {
                    const isVideo = track.kind === "video";
                    return original.call(this, track, isVideo ? { ...init, sendEncodings: [{ scalabilityMode: "MODE" }] } : init);
                  };
                }
                """.replace("MODE", mode);
    }

    /** By REST, for the one who watches this room. @return the answer's status */
    private static String select(String layer) {
        return """
                (async () => {
                  const { sessions } = await (await fetch("/api/v1/sessions")).json();
                  const room = new URL(location).searchParams.get("room");
                  const { id } = sessions.find((one) => one.kind === "watch" && one.room === room && one.state === "connected");
                  const body = JSON.stringify(LAYER);
                  return (await fetch(`/api/v1/sessions/${id}/layer`, { method: "PUT", body })).status;
                })()
                """.replace("LAYER", layer);
    }
}
