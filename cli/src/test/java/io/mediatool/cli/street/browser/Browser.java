package io.mediatool.cli.street.browser;

import java.nio.file.Path;
import java.util.List;

/** A headless browser with a fresh profile, a pretended camera and sound that needs no click. */
interface Browser extends AutoCloseable {
    /** Those there are. */
    enum Make {
        CHROMIUM,
        FIREFOX;

        Browser start(Path directory) {
            return this == CHROMIUM ? new Chromium(directory) : new Firefox(directory);
        }
    }

    /** Opens an empty page in a window of its own. */
    Page open();

    /** Those opened so far. */
    List<Page> pages();

    /** Opens an address. */
    default Page open(String address) {
        return open(address, "");
    }

    /** The same after {@code script} has run in the new document, and again in each that follows it. */
    default Page open(String address, String script) {
        Page page = open();
        if (!script.isEmpty()) {
            page.prepend(script);
        }
        page.go(address);
        return page;
    }

    /** The same with a page that publishes at once, when it does. */
    default Page publish(String address, String script) {
        Page publisher = open(address, script);
        publisher.awaitLive("publishing");
        return publisher;
    }

    /** Fails when any page has complained that it was not allowed to. */
    default void assertNoComplaints() {
        pages().forEach(Page::assertNoComplaints);
    }

    @Override
    void close();
}
