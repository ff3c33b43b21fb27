package io.mediatool.core.signalling.client;

import java.util.List;

/** A server has answered, but takes or sends nothing of what was offered. One line; no stack trace. */
public final class NothingLeftException extends Exception {
    private static final long serialVersionUID = 1L;

    NothingLeftException(List<String> left) {
        super(
                "the server's answer agrees to none of what was offered: " + String.join(" and ", left),
                null,
                false,
                false);
    }
}
