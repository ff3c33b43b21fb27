package io.mediatool.ingest.source;

/**
 * Media as a session description (RFC 8866) tells it.
 *
 * @param argument what the user wrote: a file name or {@code -}
 * @param text the description as read; it parses and has at least one medium that is of use
 */
public record SdpSource(String argument, String text) implements SourceSpec {}
