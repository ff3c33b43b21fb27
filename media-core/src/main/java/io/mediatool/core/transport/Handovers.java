package io.mediatool.core.transport;

import io.mediatool.core.bits.MalformedException;
import io.mediatool.core.loop.RemotePath;
import io.mediatool.core.stun.StunClass;
import io.mediatool.core.stun.StunMessage;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What one loop of a {@link SharedPort} gives to the others. For its thread. */
final class Handovers {
    private static final long AGAIN_NS = 1_000_000;

    private final RtpBundleTransport own;
    private final SharedPort port;
    private final Map<RtpBundleTransport, Handover> byOwner = new HashMap<>();
    private long count;
    private boolean trying;

    Handovers(RtpBundleTransport own, SharedPort port) {
        this.own = own;
        this.port = port;
    }

    /** Gives a datagram that came by UDP to the loop that knows its peer. @return whether there is one */
    boolean give(byte[] data, int offset, int length, int side, InetSocketAddress remote) {
        RtpBundleTransport owner = StunMessage.isStun(data, offset, length) ? asked(data, offset, length) : null;
        owner = owner == null ? port.ofAddress(remote) : owner;
        if (owner == null || owner == own) {
            return false;
        }
        give(owner, data, offset, length, side, remote, null);
        return true;
    }

    /** The loop whose peer a request is for, null when there is none or it is no request. */
    @Nullable RtpBundleTransport asked(byte[] data, int offset, int length) {
        try {
            StunMessage message = StunMessage.parse(data, offset, length);
            String username = message.messageClass() == StunClass.REQUEST ? message.username() : null;
            return username == null ? null : port.ofUfrag(RtpBundleTransport.ufrag(username));
        } catch (MalformedException e) {
            return null;
        }
    }

    /** @param path the connection as that loop calls it, null for UDP */
    void give(
            RtpBundleTransport owner,
            byte[] data,
            int offset,
            int length,
            int side,
            InetSocketAddress remote,
            @Nullable RemotePath path) {
        count++;
        byOwner.computeIfAbsent(owner, RtpBundleTransport::handover).add(data, offset, length, side, remote, path);
    }

    /** Ends the batches of this turn; those that have to wait are tried again soon. */
    void flush() {
        boolean waits = false;
        for (Handover each : byOwner.values()) {
            waits |= each.flush();
        }
        if (waits && !trying) {
            trying = true;
            own.loop().schedule(own.loop().nowNs() + AGAIN_NS, nowNs -> {
                trying = false;
                flush();
            });
        }
    }

    /** Ends them at once. */
    void end() {
        byOwner.values().forEach(Handover::end);
    }

    long count() {
        return count;
    }

    long dropped() {
        return byOwner.values().stream().mapToLong(Handover::dropped).sum();
    }
}
