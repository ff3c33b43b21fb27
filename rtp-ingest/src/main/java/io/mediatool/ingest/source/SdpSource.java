package io.mediatool.ingest.source;

import io.mediatool.core.sdp.ParsedSdp;

/**
 * Media as a session description (RFC 8866) tells it.
 *
 * @param argument what the user wrote: a file name or {@code -}
 * @param sdp what the description says, with at least one medium that is of use
 */
public record SdpSource(String argument, ParsedSdp sdp) implements SourceSpec {}
