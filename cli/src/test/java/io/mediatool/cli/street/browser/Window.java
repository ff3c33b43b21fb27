package io.mediatool.cli.street.browser;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What a {@link Page} needs a browser to do in one of its windows. A call returns when it is done, and fails when it cannot be. */
interface Window {
    /** From now on {@code listener} gets what the page complains about, on another thread. */
    void onComplaint(Consumer<String> listener);

    /** {@code script} runs in every document from the next one on, before its own. */
    void prepend(String script);

    /** Begins to go to an address. */
    void go(String address);

    void reload();

    /** See {@link Page#look}. */
    void look(int width, int height, boolean isPhone, boolean isDark);

    /** The value of an expression, which may be a promise; JSON types, null for undefined. As if somebody had just clicked. */
    @Nullable Object evaluate(String expression);

    /** Clicks with the mouse. */
    void click(double x, double y);

    /**
     * Presses and releases a key.
     *
     * @param name as in {@code KeyboardEvent.key}
     */
    void key(String name);

    void type(String text);

    /** A PNG file. */
    byte[] screenshot();

    void close();
}
