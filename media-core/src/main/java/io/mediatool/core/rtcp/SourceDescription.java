package io.mediatool.core.rtcp;

import java.util.List;

/**
 * SDES (RFC 3550 §6.5), of which only CNAME matters here.
 *
 * @param chunks at most 31
 */
public record SourceDescription(List<Chunk> chunks) implements RtcpPacket {
    public SourceDescription {
        chunks = List.copyOf(chunks);
    }

    /** The description of one source. */
    public static SourceDescription of(int ssrc, String cname) {
        return new SourceDescription(List.of(new Chunk(ssrc, cname)));
    }

    /**
     * @param ssrc the source
     * @param cname its canonical name, at most 255 bytes in UTF-8; empty where none is given
     */
    public record Chunk(int ssrc, String cname) {}
}
