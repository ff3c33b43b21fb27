package io.mediatool.ingest.port;

import io.mediatool.core.loop.EventLoop;
import io.mediatool.ingest.program.TrackPublisher;
import java.time.InstantSource;
import java.util.random.RandomGenerator;

/**
 * What the ports of one ingest share.
 *
 * @param publisher takes tracks and lines
 * @param ownSsrc with which this ingest reports
 * @param cname RTCP canonical name (RFC 7022)
 * @param reorderNs how long transport streams wait for a missing packet
 * @param receiveBufferBytes that were asked of the kernel
 */
public record PortContext(
        EventLoop loop,
        TrackPublisher publisher,
        InstantSource wallClock,
        RandomGenerator random,
        int ownSsrc,
        String cname,
        long reorderNs,
        int receiveBufferBytes) {}
