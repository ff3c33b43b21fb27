package io.mediatool.core.server;

import io.mediatool.core.codec.MediaKind;
import io.mediatool.core.stream.RtpIncomingSourceGroup;

/**
 * One track of a published stream.
 *
 * @param id unique in its stream: {@code video0}, {@code audio0}
 * @param source where its packets come out; for the loop's thread only
 */
public record IncomingStreamTrack(String id, RtpIncomingSourceGroup source) {
    public MediaKind kind() {
        return source.kind();
    }
}
