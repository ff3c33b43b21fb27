package io.mediatool.core.stream;

import io.mediatool.core.bits.MalformedException;
import io.mediatool.core.rtp.RtpPacket;
import io.mediatool.core.rtp.extension.ExtensionMap;
import io.mediatool.core.rtp.extension.HeaderExtensions;
import io.mediatool.core.rtp.extension.RtpExtension;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Who gets a packet of a bundled transport (RFC 9143 §9.2): by SSRC when it is known, else by MID and RID from the header
 * extensions, else by payload type, and from then on by SSRC. For one thread; only authenticated packets may be shown to it.
 *
 * @param <T> what takes packets
 */
public final class RtpSourceTable<T> {
    /** SSRCs learned; a further one takes the place of the oldest, which is learned anew when it comes again. */
    public static final int MAX_LEARNED = 256;

    private final ExtensionMap ids;
    private final HeaderExtensions extensions = new HeaderExtensions();
    private final Map<String, T> described = new HashMap<>();
    private final @Nullable Object[] payloadTypes = new Object[128];
    private int[] ssrcs = new int[8];
    private @Nullable Object[] targets = new Object[8];
    private int size;
    private int signalled;
    private int nextVictim;
    private int last;
    private long unknown;

    /**
     * Which IDs the extensions have in this session, 0 for those not agreed.
     *
     * @param mid urn:ietf:params:rtp-hdrext:sdes:mid
     * @param rid urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id
     * @param repairedRid urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id
     */
    public record Extensions(int mid, int rid, int repairedRid) {
        public static final Extensions NONE = new Extensions(0, 0, 0);

        private ExtensionMap map() {
            Map<Integer, RtpExtension> kinds = new HashMap<>();
            kinds.put(mid, RtpExtension.MID);
            kinds.put(rid, RtpExtension.RID);
            kinds.put(repairedRid, RtpExtension.REPAIRED_RID);
            kinds.remove(0);
            return ExtensionMap.of(kinds);
        }
    }

    public RtpSourceTable(Extensions extensions) {
        this.ids = extensions.map();
    }

    /** An SSRC that signalling told. Never forgotten. */
    public void addSsrc(int ssrc, T target) {
        forget(ssrc);
        insert(signalled, ssrc, target);
        signalled++;
    }

    /** What carries {@code mid} and no RID. */
    public void addMid(String mid, T target) {
        described.put(key(mid, null, null), target);
    }

    /** What carries {@code rid}; with {@code mid} or alone, as senders drop the MID once it has been acknowledged. */
    public void addRid(String mid, String rid, T target) {
        described.put(key(mid, rid, null), target);
        described.putIfAbsent(key(null, rid, null), target);
    }

    /** Retransmissions of {@code rid} (RFC 8852 §3.2). */
    public void addRepairedRid(String mid, String rid, T target) {
        described.put(key(mid, null, rid), target);
        described.putIfAbsent(key(null, null, rid), target);
    }

    /** Packets without extensions: FFmpeg offers none, so its payload types tell audio from video. */
    public void addPayloadType(int payloadType, T target) {
        payloadTypes[payloadType & 0x7f] = target;
    }

    /** Who gets the packet, or null. */
    @SuppressWarnings("unchecked") // only T goes in
    public @Nullable T find(RtpPacket packet) {
        T known = find(packet.ssrc());
        if (known != null) {
            return known;
        }
        T described = describedBy(packet);
        T target = described != null ? described : (T) payloadTypes[packet.payloadType()];
        if (target == null) {
            unknown++;
            return null;
        }
        learn(packet.ssrc(), target);
        return target;
    }

    /** Who has that SSRC, or null: for RTCP. */
    @SuppressWarnings("unchecked")
    public @Nullable T find(int ssrc) {
        if (last < size && ssrcs[last] == ssrc) {
            return (T) targets[last];
        }
        for (int i = 0; i < size; i++) {
            if (ssrcs[i] == ssrc) {
                last = i;
                return (T) targets[i];
            }
        }
        return null;
    }

    /** Packets that nobody got. */
    public long unknown() {
        return unknown;
    }

    private @Nullable T describedBy(RtpPacket packet) {
        if (packet.extensionLength() == 0 || described.isEmpty()) {
            return null;
        }
        try {
            extensions.read(packet, ids);
        } catch (MalformedException e) {
            // What came before the damage still counts: the packet is good without the rest.
        }
        String mid = text(RtpExtension.MID);
        String rid = text(RtpExtension.RID);
        String repaired = text(RtpExtension.REPAIRED_RID);
        return mid == null && rid == null && repaired == null
                ? null
                : described.get(key(mid, repaired == null ? rid : null, repaired));
    }

    private @Nullable String text(RtpExtension kind) {
        return extensions.has(kind) ? extensions.text(kind) : null;
    }

    private static String key(@Nullable String mid, @Nullable String rid, @Nullable String repaired) {
        return (mid == null ? "" : mid) + '\n' + (rid == null ? "" : rid) + '\n' + (repaired == null ? "" : repaired);
    }

    private void learn(int ssrc, T target) {
        if (size - signalled < MAX_LEARNED) {
            insert(size, ssrc, target);
            return;
        }
        int victim = signalled + nextVictim;
        nextVictim = (nextVictim + 1) % MAX_LEARNED;
        ssrcs[victim] = ssrc;
        targets[victim] = target;
    }

    private void insert(int at, int ssrc, T target) {
        if (size == ssrcs.length) {
            ssrcs = Arrays.copyOf(ssrcs, 2 * size);
            targets = Arrays.copyOf(targets, 2 * size);
        }
        System.arraycopy(ssrcs, at, ssrcs, at + 1, size - at);
        System.arraycopy(targets, at, targets, at + 1, size - at);
        ssrcs[at] = ssrc;
        targets[at] = target;
        size++;
    }

    private void forget(int ssrc) {
        for (int i = 0; i < size; i++) {
            if (ssrcs[i] == ssrc) {
                System.arraycopy(ssrcs, i + 1, ssrcs, i, size - i - 1);
                System.arraycopy(targets, i + 1, targets, i, size - i - 1);
                size--;
                signalled -= i < signalled ? 1 : 0;
                return;
            }
        }
    }
}
