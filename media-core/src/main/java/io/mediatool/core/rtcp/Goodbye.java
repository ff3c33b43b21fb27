package io.mediatool.core.rtcp;

import java.util.List;

/**
 * BYE (RFC 3550 §6.6).
 *
 * @param ssrcs the sources that leave, at most 31
 * @param reason why, at most 255 bytes in UTF-8; empty where none is given
 */
public record Goodbye(List<Integer> ssrcs, String reason) implements RtcpPacket {
    public Goodbye {
        ssrcs = List.copyOf(ssrcs);
    }
}
