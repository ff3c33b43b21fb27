package io.mediatool.core.srtp;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Both directions of SRTP and SRTCP with one peer: numbers, replay protection and keys (RFC 3711). Protects and opens in
 * place. Belongs to one thread. Keys may lie outside the heap: to be closed when it is over, after which it must not be used.
 *
 * <p>Nothing is remembered of a packet before its tag has been verified, and what was sent once is not sent again under the same
 * index with other bytes: that would give the key stream away.
 */
public final class SrtpSession implements AutoCloseable {
    /** What a method answers when the packet must be dropped; {@link #counters()} says why. */
    public static final int DROPPED = -1;

    /** Bytes behind a packet that must be free before it is protected, whatever the profile. */
    public static final int MAX_TRAILER_BYTES = 20;

    private static final int INDEX_WORD_BYTES = 4;
    private static final int MIN_RTCP_BYTES = 8;

    private final SrtpProfile profile;
    private final SrtpCipher outgoing;
    private final SrtpCipher incoming;
    private final SourceMap outgoingSources = new SourceMap();
    private final SourceMap incomingSources = new SourceMap();
    private final int trailerBytes;

    private long opened;
    private long malformed;
    private long replayed;
    private long forged;
    private long refusedSources;
    private long refusedToSend;

    /**
     * Since the start.
     *
     * @param opened verified packets, RTP and RTCP
     * @param malformed dropped: no RTP, no RTCP or too short
     * @param replayed dropped: used or too old index
     * @param forged dropped: wrong tag
     * @param refusedSources dropped: verified, but of more SSRCs than a session may have
     * @param refusedToSend not protected: malformed, repeated or too old index, too many SSRCs
     */
    public record Counters(
            long opened, long malformed, long replayed, long forged, long refusedSources, long refusedToSend) {}

    /** On the JDK's ciphers. */
    public SrtpSession(SrtpKeys keys) {
        this(keys, AesGcm.jdk());
    }

    /** @param gcm for the profiles that are GCM */
    public SrtpSession(SrtpKeys keys, AesGcm gcm) {
        this(
                keys.profile(),
                cipher(keys.profile(), gcm, true, keys.outgoingKey(), keys.outgoingSalt()),
                cipher(keys.profile(), gcm, false, keys.incomingKey(), keys.incomingSalt()));
    }

    SrtpSession(SrtpProfile profile, SrtpCipher outgoing, SrtpCipher incoming) {
        this.profile = profile;
        this.outgoing = outgoing;
        this.incoming = incoming;
        this.trailerBytes = outgoing.tagBytes();
    }

    private static SrtpCipher cipher(SrtpProfile profile, AesGcm gcm, boolean sealing, byte[] key, byte[] salt) {
        int keyBytes = profile.keyBytes();
        int saltBytes = profile.saltBytes();
        byte[] rtpKey = KeyDerivation.derive(key, salt, KeyDerivation.RTP_ENCRYPTION, keyBytes);
        byte[] rtpSalt = KeyDerivation.derive(key, salt, KeyDerivation.RTP_SALT, saltBytes);
        byte[] rtcpKey = KeyDerivation.derive(key, salt, KeyDerivation.RTCP_ENCRYPTION, keyBytes);
        byte[] rtcpSalt = KeyDerivation.derive(key, salt, KeyDerivation.RTCP_SALT, saltBytes);
        if (profile.isAead()) {
            AesGcm.Key rtp = gcm.key(sealing, rtpKey);
            return new GcmCipher(rtp, rtpSalt, rtp.beside(rtcpKey), rtcpSalt);
        }
        int macBytes = profile.authenticationKeyBytes();
        byte[] rtpMac = KeyDerivation.derive(key, salt, KeyDerivation.RTP_AUTHENTICATION, macBytes);
        byte[] rtcpMac = KeyDerivation.derive(key, salt, KeyDerivation.RTCP_AUTHENTICATION, macBytes);
        return new CounterModeCipher(
                new CounterModeCipher.Keys(rtpKey, rtpMac, rtpSalt),
                new CounterModeCipher.Keys(rtcpKey, rtcpMac, rtcpSalt));
    }

    public SrtpProfile profile() {
        return profile;
    }

    /** Bytes that an RTP packet grows by. */
    public int rtpTrailerBytes() {
        return trailerBytes;
    }

    /** Bytes that an RTCP packet grows by. */
    public int rtcpTrailerBytes() {
        return trailerBytes + INDEX_WORD_BYTES;
    }

    /**
     * Protects packets to be sent, in place; behind each there are {@link #rtpTrailerBytes()} free bytes. Those refused
     * (see {@link Counters#refusedToSend}) are taken out of the run, the others grow.
     */
    public void protectRtp(PacketRun run) {
        int refused = 0;
        for (int i = 0; i < run.size(); i++) {
            int header = SrtpBytes.rtpHeaderBytes(run.data(), run.offset(i), run.length(i));
            long index = header < 0 ? -1 : takeIndex(run.data(), run.offset(i));
            run.number(i, header, index);
            refused += index < 0 ? 1 : 0;
        }
        if (refused > 0) {
            refusedToSend += refused;
            run.dropUnnumbered();
        }
        outgoing.protectRtp(run);
    }

    /** As {@link #protectRtp(PacketRun)} for one packet. @return its new length, or {@link #DROPPED} */
    public int protectRtp(byte[] data, int offset, int length) {
        int header = SrtpBytes.rtpHeaderBytes(data, offset, length);
        long index = header < 0 ? -1 : takeIndex(data, offset);
        if (index < 0) {
            refusedToSend++;
            return DROPPED;
        }
        outgoing.protectRtp(data, offset, header, length, index);
        return length + trailerBytes;
    }

    /**
     * Protects once more a packet that was protected before, for a retransmission without RTX. It must be the same to the
     * byte, header extensions included.
     *
     * @return its new length, or {@link #DROPPED} when it is not among the last 1,024 of its SSRC
     */
    public int protectRtpAgain(byte[] data, int offset, int length) {
        int header = SrtpBytes.rtpHeaderBytes(data, offset, length);
        SrtpSource source = header < 0 ? null : outgoingSources.get(SrtpBytes.i32(data, offset + 8));
        long index = source == null ? -1 : SrtpSource.index(source, SrtpBytes.u16(data, offset + 2));
        if (source == null || index < 0 || source.isTooOldRtp(index) || source.isFreshRtp(index)) {
            refusedToSend++;
            return DROPPED;
        }
        outgoing.protectRtp(data, offset, header, length, index);
        return length + trailerBytes;
    }

    private long takeIndex(byte[] data, int offset) {
        int ssrc = SrtpBytes.i32(data, offset + 8);
        SrtpSource source = outgoingSources.get(ssrc);
        long index = SrtpSource.index(source, SrtpBytes.u16(data, offset + 2));
        if (source == null) {
            if (!outgoingSources.hasRoom()) {
                return -1;
            }
            source = outgoingSources.add(ssrc);
        }
        if (index < 0 || !source.isFreshRtp(index)) {
            return -1;
        }
        source.markRtp(index);
        return index;
    }

    /**
     * Opens an RTP packet that was received, in place.
     *
     * @return its new length, or {@link #DROPPED}: its bytes may be spoiled then
     */
    public int unprotectRtp(byte[] data, int offset, int length) {
        int clear = length - incoming.tagBytes();
        int header = SrtpBytes.rtpHeaderBytes(data, offset, clear);
        if (header < 0) {
            malformed++;
            return DROPPED;
        }
        int ssrc = SrtpBytes.i32(data, offset + 8);
        SrtpSource source = incomingSources.get(ssrc);
        long index = SrtpSource.index(source, SrtpBytes.u16(data, offset + 2));
        if (index < 0 || source != null && !source.isFreshRtp(index)) {
            replayed++;
            return DROPPED;
        }
        if (!incoming.unprotectRtp(data, offset, header, length, index)) {
            forged++;
            return DROPPED;
        }
        source = verified(source, ssrc);
        if (source == null) {
            return DROPPED;
        }
        source.markRtp(index);
        opened++;
        return clear;
    }

    /** Protects an RTCP packet in place; {@link #rtcpTrailerBytes()} are free behind it. @return its new length, or {@link #DROPPED} */
    public int protectRtcp(byte[] data, int offset, int length) {
        if (length < MIN_RTCP_BYTES) {
            refusedToSend++;
            return DROPPED;
        }
        int ssrc = SrtpBytes.i32(data, offset + 4);
        SrtpSource source = outgoingSources.get(ssrc);
        if (source == null && outgoingSources.hasRoom()) {
            source = outgoingSources.add(ssrc);
        }
        int index = source == null ? -1 : source.takeRtcpIndex();
        if (index < 0) {
            refusedToSend++;
            return DROPPED;
        }
        outgoing.protectRtcp(data, offset, length, index);
        return length + rtcpTrailerBytes();
    }

    /** Opens an RTCP packet in place. @return its new length, or {@link #DROPPED}: its bytes may be spoiled then */
    public int unprotectRtcp(byte[] data, int offset, int length) {
        int tag = incoming.tagBytes();
        int clear = length - tag - INDEX_WORD_BYTES;
        if (clear < MIN_RTCP_BYTES || (data[offset] & 0xc0) != 0x80) {
            malformed++;
            return DROPPED;
        }
        // RFC 7714 §9: tag, then index. RFC 3711 §3.4: index, then tag.
        int word = SrtpBytes.i32(data, profile.isAead() ? offset + clear + tag : offset + clear);
        int index = word & 0x7fff_ffff;
        int ssrc = SrtpBytes.i32(data, offset + 4);
        SrtpSource source = incomingSources.get(ssrc);
        if (source != null && !source.isFreshRtcp(index)) {
            replayed++;
            return DROPPED;
        }
        if (!incoming.unprotectRtcp(data, offset, length, index, word < 0)) {
            forged++;
            return DROPPED;
        }
        source = verified(source, ssrc);
        if (source == null) {
            return DROPPED;
        }
        source.markRtcp(index);
        opened++;
        return clear;
    }

    private @Nullable SrtpSource verified(@Nullable SrtpSource known, int ssrc) {
        if (known != null) {
            return known;
        }
        if (!incomingSources.hasRoom()) {
            refusedSources++;
            return null;
        }
        return incomingSources.add(ssrc);
    }

    /**
     * Names the objects that each outgoing RTP packet touches, for fetching them into the cache beforehand: as they are now, so to be asked
     * again when another SSRC has been sent. They are to be looked at only.
     */
    public void addTo(Consumer<Object> parts) {
        parts.accept(this);
        outgoingSources.addTo(parts);
        outgoing.addTo(parts);
    }

    public Counters counters() {
        return new Counters(opened, malformed, replayed, forged, refusedSources, refusedToSend);
    }

    /** Lets go of the keys; {@link #counters()} stay. Harmless when repeated. */
    @Override
    public void close() {
        outgoing.close();
        incoming.close();
    }
}
