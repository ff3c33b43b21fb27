package io.mediatool.core.ice;

import io.mediatool.core.loop.RemotePath;
import java.net.InetSocketAddress;

/** An address of the peer that has proven itself, or is being asked to. Belongs to its agent. */
public final class IceRemoteCandidate {
    private final RemotePath path;
    private long priority;
    private int generation;
    private long verifiedNs;
    private long heardNs;
    private long checks;
    private boolean nominated;
    private boolean verified;

    IceRemoteCandidate(RemotePath path, int generation) {
        this.path = path;
        this.generation = generation;
    }

    public RemotePath path() {
        return path;
    }

    public InetSocketAddress address() {
        return path.remote();
    }

    /** As the peer said, 0 when it did not. */
    public long priority() {
        return priority;
    }

    /** Whether a check in this direction or the other has been verified, so that traffic from here is the peer's. */
    public boolean isVerified() {
        return verified;
    }

    public boolean isNominated() {
        return nominated;
    }

    /** When the peer last proved that it wants our traffic here (RFC 7675). */
    public long verifiedNs() {
        return verifiedNs;
    }

    /** When the peer last proved that it is there: by a check, or by what {@link #onHeard} was told. */
    public long heardNs() {
        return heardNs;
    }

    /** The peer has sent from here what nobody else can have, and not long ago: authenticated, with protection against replay. */
    public void onHeard(long nowNs) {
        heardNs = nowNs;
    }

    /** Verified checks from here. */
    public long checks() {
        return checks;
    }

    int generation() {
        return generation;
    }

    void verify(long newPriority, int newGeneration, long nowNs) {
        priority = newPriority;
        generation = newGeneration;
        verifiedNs = nowNs;
        heardNs = nowNs;
        verified = true;
        checks++;
    }

    void nominate() {
        nominated = true;
    }

    void forgetNomination() {
        nominated = false;
    }

    @Override
    public String toString() {
        return path.toString();
    }
}
