package io.mediatool.core.transport;

import io.mediatool.core.bits.MalformedException;
import io.mediatool.core.dtls.DtlsConnection;
import io.mediatool.core.ice.IceAgent;
import io.mediatool.core.ice.IceCandidate;
import io.mediatool.core.ice.IceControllingAgent;
import io.mediatool.core.ice.IceCredentials;
import io.mediatool.core.ice.IceLiteAgent;
import io.mediatool.core.ice.IceRemoteCandidate;
import io.mediatool.core.loop.RemotePath;
import io.mediatool.core.loop.Timer;
import io.mediatool.core.rtcp.RtcpPackets;
import io.mediatool.core.rtp.RtpPacket;
import io.mediatool.core.srtp.SrtpKeys;
import io.mediatool.core.srtp.SrtpSession;
import io.mediatool.core.stream.RtpSourceTable;
import io.mediatool.core.stun.StunMessage;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One peer: ICE finds the path, DTLS the keys, then RTP and RTCP go both ways. Made by {@link RtpBundleTransport}; belongs to its loop's
 * thread.
 *
 * <p>Datagrams are told apart by their first byte (RFC 7983 §7):
 *
 * <pre>
 *   0–3      STUN, which the bundle has taken out before
 *   20–63    DTLS
 *   128–191  RTP, or RTCP when the second byte is 192 to 223 (RFC 5761 §4)
 * </pre>
 */
public final class DtlsIceTransport implements AutoCloseable {
    private final RtpBundleTransport bundle;
    private final IceAgent ice;
    private final DtlsConnection dtls;
    private final Listener listener;
    private final RtpPacket packet = new RtpPacket();
    private final SrtpOutput output;
    private final EarlyPackets early = new EarlyPackets();
    private RtpSourceTable<RtpReceiver> sources = new RtpSourceTable<>(RtpSourceTable.Extensions.NONE);
    private @Nullable Timer alarm;
    private long alarmNs = Long.MAX_VALUE;
    private State state = State.CHECKING;
    private final List<String> ufrags = new ArrayList<>(2);
    private long ignored;
    private long malformed;

    /** How far the peer has come. */
    public enum State {
        /** No ICE check has been verified yet. */
        CHECKING,
        /** The path is known, the DTLS handshake under way. */
        SECURING,
        CONNECTED,
        CLOSED
    }

    /** Told on the loop's thread. */
    public interface Listener {
        /** Traffic goes to {@code address} from now on: the first time, and whenever the peer moves. */
        default void onPath(DtlsIceTransport transport, InetSocketAddress address, long nowNs) {}

        /** Packets can be sent, and come. */
        void onConnected(DtlsIceTransport transport, long nowNs);

        /** A packet that {@link #sources()} has nobody for; borrowed. */
        default void onUnknownRtp(DtlsIceTransport transport, RtpPacket packet, long nowNs) {}

        /** A compound or reduced-size RTCP datagram, authenticated but not parsed; borrowed. */
        void onRtcp(DtlsIceTransport transport, byte[] data, int offset, int length, long nowNs);

        /** A bug that this peer has come upon: it is to be ended, and the others go on. */
        default void onBug(DtlsIceTransport transport, RuntimeException bug, long nowNs) {
            transport.close();
            throw bug;
        }

        /** It is over, for a reason that is not ours. The last call. */
        void onClosed(DtlsIceTransport transport, String reason, long nowNs);
    }

    /**
     * For logs and statistics.
     *
     * @param ignored datagrams that are none of the protocols, or come too early or too late
     * @param malformed authenticated packets that were no RTP
     * @param unsent packets given to be sent before or after the connection, too long, or sent alone and refused by SRTP
     * @param unknownSource RTP that nobody took
     * @param srtp null before the keys
     */
    public record Report(
            State state,
            @Nullable InetSocketAddress remote,
            IceAgent.Report ice,
            SrtpSession.@Nullable Counters srtp,
            long ignored,
            long malformed,
            long unsent,
            long unknownSource) {}

    DtlsIceTransport(
            RtpBundleTransport bundle,
            TransportSetup setup,
            RtpBundleTransport.AgentFactory agents,
            Listener listener) {
        this.bundle = bundle;
        this.output = new SrtpOutput(bundle.runs());
        this.listener = listener;
        this.ice = agents.open(new IceEvents());
        addUfrag(setup.local().ufrag());
        this.dtls = bundle.dtls().open(setup.role(), setup.peer(), bundle.loop(), new DtlsEvents());
        arm();
    }

    /** Where packets go by SSRC, MID and RID. Filled by whoever negotiated. */
    public RtpSourceTable<RtpReceiver> sources() {
        return sources;
    }

    /** Replaces the table: to be called once the extensions are known, before anything is added. */
    public RtpSourceTable<RtpReceiver> sources(RtpSourceTable.Extensions extensions) {
        sources = new RtpSourceTable<>(extensions);
        return sources;
    }

    public State state() {
        return state;
    }

    /** Our ICE credentials, for signalling. */
    public IceCredentials localIce() {
        return ice.local();
    }

    /** Adds a candidate of a peer that we connect to. One that comes to us needs none: they are ignored, names included. */
    public void addCandidate(IceCandidate candidate, long nowNs) {
        if (ice instanceof IceControllingAgent agent) {
            agent.addCandidate(candidate, nowNs);
            arm();
        }
    }

    /** Has the peer come again with new credentials (ICE restart); media goes on meanwhile, keys stay. */
    public void restartIce(IceCredentials local, long nowNs) {
        if (ice instanceof IceLiteAgent agent && state != State.CLOSED) {
            addUfrag(local.ufrag());
            agent.restart(local, nowNs);
            arm();
        }
    }

    /** Restarts ICE on the side that connects; the peer's candidates are to be added anew. */
    public void restartIce(IceCredentials local, IceCredentials remoteIce, long nowNs) {
        if (ice instanceof IceControllingAgent agent && state != State.CLOSED) {
            addUfrag(local.ufrag());
            agent.restart(local, remoteIce, nowNs);
            arm();
        }
    }

    private void addUfrag(String ufrag) {
        bundle.addUfrag(ufrag, this);
        ufrags.add(ufrag);
    }

    void onStun(StunMessage message, RemotePath from, long nowNs) {
        try {
            ice.onStun(message, from, nowNs);
            arm();
        } catch (RuntimeException bug) {
            listener.onBug(this, bug, nowNs);
        }
    }

    /** A check came by {@code path}, which leads to somebody else or nowhere: who was verified there last has it. */
    void reclaim(RemotePath path, long nowNs) {
        if (state == State.CLOSED) {
            return;
        }
        for (IceRemoteCandidate candidate : ice.report().candidates()) {
            if (candidate.verifiedNs() == nowNs && candidate.path().equals(path)) {
                bundle.addRoute(candidate, this);
            }
        }
    }

    void onPathClosed(RemotePath path, long nowNs) {
        try {
            ice.onPathClosed(path, nowNs);
            arm();
        } catch (RuntimeException bug) {
            listener.onBug(this, bug, nowNs);
        }
    }

    /** @param from the candidate that it came from; null when that is long ago */
    void onDatagram(byte[] data, int offset, int length, @Nullable IceRemoteCandidate from, long nowNs) {
        try {
            take(data, offset, length, from, nowNs);
        } catch (RuntimeException bug) {
            listener.onBug(this, bug, nowNs);
        }
    }

    private void take(byte[] data, int offset, int length, @Nullable IceRemoteCandidate from, long nowNs) {
        int first = length == 0 ? 0 : data[offset] & 0xff;
        SrtpSession session = output.session();
        if (first >= 20 && first <= 63) {
            dtls.onDatagram(data, offset, length, nowNs);
            arm();
        } else if (first >= 128 && first <= 191 && session != null) {
            if (RtcpPackets.isRtcp(data, offset, length)) {
                onSrtcp(session, data, offset, length, from, nowNs);
            } else {
                onSrtp(session, data, offset, length, nowNs);
            }
        } else if (first < 128 || first > 191 || state != State.SECURING || !early.add(data, offset, length)) {
            ignored++;
        }
    }

    private void onSrtp(SrtpSession session, byte[] data, int offset, int length, long nowNs) {
        int clear = session.unprotectRtp(data, offset, length);
        if (clear < 0) {
            return;
        }
        try {
            packet.wrap(data, offset, clear);
        } catch (MalformedException e) {
            malformed++;
            return;
        }
        RtpReceiver receiver = sources.find(packet);
        if (receiver != null) {
            receiver.onRtp(packet, nowNs);
        } else {
            listener.onUnknownRtp(this, packet, nowNs);
        }
    }

    private void onSrtcp(
            SrtpSession session, byte[] data, int offset, int length, @Nullable IceRemoteCandidate from, long nowNs) {
        int clear = session.unprotectRtcp(data, offset, length);
        if (clear >= 0) {
            if (from != null) {
                from.onHeard(nowNs);
            }
            listener.onRtcp(this, data, offset, clear, nowNs);
        }
    }

    /**
     * Sends an RTP packet as it is: copied, protected with the others of this turn in one run, sent when the turn ends. Dropped and counted
     * when the peer is not connected.
     */
    public void sendRtp(byte[] data, int offset, int length) {
        sendRtp(data, offset, length, false);
    }

    /**
     * As above.
     *
     * @param mayPad whether it may be padded to the size of the others (RFC 3550 §5.1), so that they leave with one write: never what
     *     {@link #sendRtpAgain} may be asked to send again, which must be the same to the byte
     */
    public void sendRtp(byte[] data, int offset, int length, boolean mayPad) {
        if (output.sendRtp(data, offset, length, mayPad)) {
            bundle.dirty(output);
        }
    }

    /**
     * Sends an RTP packet once more, the same to the byte (a retransmission without RTX): under the index that it had, see
     * {@link SrtpSession#protectRtpAgain}.
     */
    public void sendRtpAgain(byte[] data, int offset, int length) {
        output.sendRtpAgain(data, offset, length);
    }

    /** Names the objects that {@link #sendRtp} needs for each packet, see {@link io.mediatool.core.bits.WorkingSet}. */
    public void addTo(Consumer<Object> parts) {
        parts.accept(this);
        output.addTo(parts);
    }

    /** Sends an RTCP datagram in this turn. */
    public void sendRtcp(byte[] data, int offset, int length) {
        output.sendRtcp(data, offset, length);
    }

    private void arm() {
        long nextNs = Math.min(ice.nextDeadlineNs(), dtls.nextDeadlineNs());
        if (nextNs >= alarmNs || state == State.CLOSED) {
            return; // a deadline that moved back is noticed when the alarm rings
        }
        Timer before = alarm;
        if (before != null) {
            before.cancel();
        }
        alarmNs = nextNs;
        alarm = bundle.loop().schedule(nextNs, this::onAlarm);
    }

    private void onAlarm(long nowNs) {
        alarmNs = Long.MAX_VALUE;
        alarm = null;
        if (state == State.CLOSED) {
            return;
        }
        try {
            if (ice.nextDeadlineNs() <= nowNs) {
                ice.onDeadline(nowNs);
            }
            if (dtls.nextDeadlineNs() <= nowNs) {
                dtls.onDeadline(nowNs);
            }
            arm();
        } catch (RuntimeException bug) {
            listener.onBug(this, bug, nowNs);
        }
    }

    public Report report() {
        RemotePath to = output.path();
        return new Report(
                state,
                to == null ? null : to.remote(),
                ice.report(),
                output.counters(),
                ignored,
                malformed,
                output.unsent(),
                sources.unknown());
    }

    /** Says goodbye and lets go of everything; the listener hears nothing. Harmless when repeated. */
    @Override
    public void close() {
        if (state == State.CLOSED) {
            return;
        }
        long nowNs = bundle.loop().nowNs();
        output.close(); // first of all: keys may lie outside the heap
        state = State.CLOSED;
        early.clear();
        dtls.close(nowNs);
        Timer pending = alarm;
        if (pending != null) {
            pending.cancel();
        }
        ufrags.forEach(ufrag -> bundle.removeUfrag(ufrag, this));
        ice.report().candidates().forEach(bundle::removeRoute);
    }

    private void end(String reason, long nowNs) {
        if (state != State.CLOSED) {
            close();
            listener.onClosed(this, reason, nowNs);
        }
    }

    private final class IceEvents implements IceAgent.Listener {
        @Override
        public void send(byte[] message, RemotePath to) {
            to.send(message, 0, message.length);
        }

        @Override
        public RemotePath pathTo(InetSocketAddress address) {
            return bundle.pathTo(address);
        }

        @Override
        public void onCandidate(IceRemoteCandidate candidate, long nowNs) {
            bundle.addRoute(candidate, DtlsIceTransport.this);
        }

        @Override
        public void onCandidateGone(IceRemoteCandidate candidate, long nowNs) {
            bundle.removeRoute(candidate);
        }

        @Override
        public void onSelected(IceRemoteCandidate candidate, long nowNs) {
            output.moveTo(candidate.path());
            if (state == State.CHECKING) {
                state = State.SECURING;
                dtls.start(nowNs);
            }
            listener.onPath(DtlsIceTransport.this, candidate.address(), nowNs);
        }

        @Override
        public void onRetired(IceCredentials old, long nowNs) {
            bundle.removeUfrag(old.ufrag(), DtlsIceTransport.this);
            ufrags.remove(old.ufrag());
        }

        @Override
        public void onDisconnected(String reason, long nowNs) {
            end(reason, nowNs);
        }
    }

    private final class DtlsEvents implements DtlsConnection.Listener {
        @Override
        public void send(byte[] datagram) {
            RemotePath to = output.path();
            if (to != null) {
                to.send(datagram, 0, datagram.length);
            }
        }

        @Override
        public void onConnected(SrtpKeys keys, long nowNs) {
            if (state == State.CLOSED) {
                return;
            }
            output.secure(new SrtpSession(keys, bundle.gcm()));
            state = State.CONNECTED;
            listener.onConnected(DtlsIceTransport.this, nowNs);
            early.drain((data, offset, length, at) -> onDatagram(data, offset, length, null, at), nowNs);
        }

        @Override
        public void onFailed(String reason, long nowNs) {
            end(reason, nowNs);
        }

        @Override
        public void onClosed(long nowNs) {
            end("the peer closed the connection", nowNs);
        }
    }
}
