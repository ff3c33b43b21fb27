package io.mediatool.core.ice;

import io.mediatool.core.loop.RemotePath;
import io.mediatool.core.stun.StunMessage;
import java.net.InetSocketAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One side's ICE with one peer, one component. For one thread; see {@link Listener} for what it does. */
public sealed interface IceAgent permits IceLiteAgent, IceControllingAgent {
    /** Without consent for this long nothing more is sent (RFC 7675 §5.1); also how long a peer may take for its first check. */
    long CONSENT_NS = 30_000_000_000L;

    /** Remote addresses kept; beyond them the one that was verified longest ago gives way. */
    int MAX_CANDIDATES = 16;

    /** Our credentials, to be told to the peer; those of the newest restart. */
    IceCredentials local();

    /** A connection is gone; the peer may come again on another one. */
    void onPathClosed(RemotePath path, long nowNs);

    /** Takes a STUN message that arrived for this agent. */
    void onStun(StunMessage message, RemotePath remote, long nowNs);

    /** Where to send to; null before the first verified check and after the end of consent. */
    @Nullable IceRemoteCandidate selected();

    /** When {@link #onDeadline} wants to be called, {@link Long#MAX_VALUE} for never. */
    long nextDeadlineNs();

    void onDeadline(long nowNs);

    /** What was seen until now: for the log of a peer that cannot connect. */
    Report report();

    /** Told on the agent's thread. */
    interface Listener {
        /** Sends a datagram; the bytes are the listener's to keep. */
        void send(byte[] message, RemotePath remote);

        /** How a candidate of the peer is reached; asked by full agents only. */
        RemotePath pathTo(InetSocketAddress address);

        /** Datagrams of this path belong to the peer from now on. */
        void onCandidate(IceRemoteCandidate candidate, long nowNs);

        /** Not any more. */
        void onCandidateGone(IceRemoteCandidate candidate, long nowNs);

        /** Traffic goes here from now on: the first time, and whenever the peer moves. */
        void onSelected(IceRemoteCandidate candidate, long nowNs);

        /** After a restart the peer has arrived with its new credentials: the old ones are void. */
        default void onRetired(IceCredentials old, long nowNs) {}

        /** No consent any more; only a restart can bring the peer back. */
        void onDisconnected(String reason, long nowNs);
    }

    /**
     * @param checks Binding requests that arrived
     * @param verified of them
     * @param unsigned without MESSAGE-INTEGRITY or USERNAME
     * @param wrongPassword with a signature that is not ours
     * @param roleConflicts refused with 487, or taken as reason to change the role
     * @param unanswered of the unsigned and wrongly signed ones: twenty a second are told
     * @param answers to our checks, verified
     * @param strayAnswers nobody asked for, or not signed
     * @param software what the peer calls itself, empty when it does not
     * @param candidates addresses that are known now
     */
    record Report(
            long checks,
            long verified,
            long unsigned,
            long wrongPassword,
            long roleConflicts,
            long unanswered,
            long answers,
            long strayAnswers,
            String software,
            List<IceRemoteCandidate> candidates) {}
}
