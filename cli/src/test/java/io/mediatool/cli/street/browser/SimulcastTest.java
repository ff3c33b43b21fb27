package io.mediatool.cli.street.browser;

import io.mediatool.cli.street.browser.Browser.Make;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A browser sends one card in several sizes; a viewer gets the largest, then the one that he chooses. */
@Tag("street")
@Isolated("a browser needs the machine, and freezes are measured")
final class SimulcastTest {
    private static final double SWITCHED_MS = 1500;

    @TempDir
    Path directory;

    @ParameterizedTest
    @EnumSource
    void aViewerChoosesTheSize(Make make) {
        try (var serve = new Serve(directory, Serve.EVERY_INTERFACE);
                Browser browser = make.start(directory)) {
            browser.publish(
                    serve.page("?room=sizes&name=sim&source=test&size=640x360&fps=15&codec=VP8&simulcast=1"),
                    Serve.reader());
            Page viewer = browser.open(serve.room("sizes"), Serve.reader());
            var viewing = new Viewing(viewer, "sim-card");
            viewing.awaitLive();
            viewer.await("reader.report('.tile video').width === 640", "the largest layer");
            viewer.await(
                    "[...(document.querySelector('.controls select')?.options ?? [])].map(({ text }) => text).join('|') === 'Best|320 × 180|640 × 360'",
                    "qualities by their size");
            choose(viewer, viewing, "m", 320);
            viewer.screenshot("simulcast");
            choose(viewer, viewing, "", 640);
            viewing.startOver();
            viewing.awaitPictures(20);
            viewing.assertMoved(640, 360, SWITCHED_MS);
            browser.assertNoComplaints();
        }
    }

    /** The size follows, and no picture comes twice or out of order. */
    private static void choose(Page viewer, Viewing viewing, String rid, int width) {
        viewer.await("document.querySelector('.controls select')", "a choice of layers");
        viewing.startOver();
        viewer.evaluate("{ const select = document.querySelector('.controls select'); select.value = '" + rid
                + "'; select.dispatchEvent(new Event('change')); }");
        viewer.await("reader.report('.tile video').width === " + width, "layer " + rid);
        viewing.awaitPictures(15);
        viewing.assertMoved(width, width * 9 / 16, SWITCHED_MS);
    }
}
