package io.mediatool.cli.rooms.ports;

import io.mediatool.core.codec.Codec;
import io.mediatool.core.codec.MediaKind;
import io.mediatool.ingest.forward.ForwardTarget;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Where this server listens and sends plain RTP. Refuses what would come back and go round for ever, and what nobody here would take. Any thread. */
public final class OwnPorts {
    private final List<Taken> taken = new ArrayList<>();
    private final Map<String, Forward> forwards = new HashMap<>();
    private final Map<String, Ingest> ingests = new HashMap<>();

    private record Taken(InetSocketAddress address, boolean udp, String what) {}

    /**
     * What a forward sends and where to.
     *
     * @param streams by name, empty for all of the room
     * @param codecs empty for all
     */
    public record Forward(String room, Set<String> streams, Set<Codec> codecs, ForwardTarget target) {
        public Forward {
            streams = Set.copyOf(streams);
            codecs = Set.copyOf(codecs);
        }

        private boolean sends(MediaKind kind) {
            return codecs.isEmpty() || codecs.stream().anyMatch(codec -> codec.kind() == kind);
        }

        /** Whether something would arrive there. Sound alone need not come, where pictures are sent as well. */
        private boolean reaches(InetSocketAddress local) {
            return sends(MediaKind.VIDEO)
                    ? target.reaches(local, MediaKind.VIDEO)
                    : target.reaches(local, MediaKind.AUDIO);
        }

        private boolean reachesWithSound(InetSocketAddress local) {
            return sends(MediaKind.AUDIO) && target.reaches(local, MediaKind.AUDIO);
        }

        private boolean feeds(Ingest ingest) {
            return ingest.ports.stream().anyMatch(this::reaches);
        }

        private boolean takes(Ingest ingest) {
            return room.equals(ingest.room) && (streams.isEmpty() || streams.contains(ingest.stream));
        }
    }

    /**
     * Where a push is taken in and what it becomes.
     *
     * @param ports of media, RTCP's aside
     */
    public record Ingest(String room, String stream, List<InetSocketAddress> ports) {
        public Ingest {
            ports = List.copyOf(ports);
        }
    }

    /** A port of the server itself. */
    public synchronized void keep(InetSocketAddress address, boolean udp, String what) {
        taken.add(new Taken(address, udp, what));
    }

    /**
     * What there is to say of a forward.
     *
     * @param refusal why it must not be, null when it may
     * @param warning what may be wrong with it, null when nothing is
     */
    public record Verdict(
            @Nullable String refusal, @Nullable String warning) {}

    /** A forward begins, or is another one from now on, unless it is refused. */
    public synchronized Verdict put(String id, Forward forward) {
        for (Taken port : taken) {
            if (forward.reaches(port.address)) {
                return new Verdict(
                        forward.target.text() + ": port " + port.address.getPort() + " is this server's own, for "
                                + port.what + "; forward to another port",
                        null);
            }
        }
        Forward before = forwards.put(id, forward);
        Ingest back = wayBack(forward);
        if (back == null) {
            return new Verdict(null, warning(forward));
        }
        if (before == null) {
            forwards.remove(id);
        } else {
            forwards.put(id, before);
        }
        return new Verdict(circle(forward, back, forward.room) + "; forward to another port, or other streams", null);
    }

    private @Nullable String warning(Forward forward) {
        for (Taken port : taken) {
            if (forward.reachesWithSound(port.address)) {
                return forward.target.text() + ": sound would go to port " + port.address.getPort()
                        + ", this server's own for " + port.what + "; '?audio-port=' takes another one";
            }
        }
        for (Ingest ingest : ingests.values()) {
            for (InetSocketAddress port : ingest.ports) {
                if (forward.takes(ingest) && forward.reachesWithSound(port)) {
                    return forward.target.text() + ": sound would go to port " + port.getPort()
                            + ", back into the room; '?audio-port=' takes another one";
                }
            }
        }
        return null;
    }

    /** An ingest begins, unless it is refused. @return why, null when it may */
    public synchronized @Nullable String put(String id, Ingest ingest) {
        ingests.put(id, ingest);
        for (Forward forward : forwards.values()) {
            Ingest back = forward.feeds(ingest) ? wayBack(forward) : null;
            if (back != null) {
                ingests.remove(id);
                return circle(forward, ingest, ingest.room) + "; listen on another port, or end that forward";
            }
        }
        return null;
    }

    private static String circle(Forward forward, Ingest ingest, String room) {
        int port = ingest.ports.get(0).getPort();
        return forward.target.text() + " leads back into room '" + room + "', by the ingest on port " + port
                + ", round and round";
    }

    /** Something has ended, or was not begun after all. */
    public synchronized void remove(String id) {
        forwards.remove(id);
        ingests.remove(id);
    }

    /** The ingest whose stream is what {@code start} sends, by way of other rooms perhaps; null where nothing comes back. */
    private @Nullable Ingest wayBack(Forward start) {
        Set<Forward> seen = new HashSet<>(Set.of(start));
        Deque<Forward> ways = new ArrayDeque<>(seen);
        while (!ways.isEmpty()) {
            Forward way = ways.pop();
            for (Ingest fed : ingests.values()) {
                if (!way.feeds(fed)) {
                    continue;
                }
                if (start.takes(fed)) {
                    return fed;
                }
                forwards.values().stream()
                        .filter(next -> next.takes(fed) && seen.add(next))
                        .forEach(ways::push);
            }
        }
        return null;
    }

    /** Which of our own listens already on one of {@code ports}; null when it is none of ours. */
    public synchronized @Nullable String holder(List<InetSocketAddress> ports) {
        for (InetSocketAddress port : ports) {
            for (Taken known : taken) {
                if (known.udp && isSame(port, known.address)) {
                    return "port " + port.getPort() + " is this server's own, for " + known.what;
                }
            }
            for (Ingest known : ingests.values()) {
                if (known.ports.stream().anyMatch(other -> isSame(port, other))) {
                    return "on port " + port.getPort() + " listens the ingest '" + known.stream + "' of room '"
                            + known.room + "'";
                }
            }
        }
        return null;
    }

    private static boolean isSame(InetSocketAddress one, InetSocketAddress other) {
        InetAddress address = one.getAddress();
        return one.getPort() == other.getPort()
                && (address.equals(other.getAddress())
                        || address.isAnyLocalAddress()
                        || other.getAddress().isAnyLocalAddress());
    }
}
