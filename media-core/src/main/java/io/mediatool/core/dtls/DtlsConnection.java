package io.mediatool.core.dtls;

import io.mediatool.core.srtp.SrtpKeys;

/** One DTLS association with one peer. All methods are for its loop's thread, and its listener is called there. */
public interface DtlsConnection {

    /** Begins the handshake; to be called when the path to the peer has been verified. Once. */
    void start(long nowNs);

    /** Takes a DTLS datagram; the bytes are borrowed. Those beyond the connection's bound are dropped, as a network would. */
    void onDatagram(byte[] data, int offset, int length, long nowNs);

    /** When {@link #onDeadline} wants to be called, {@link Long#MAX_VALUE} for never. */
    long nextDeadlineNs();

    void onDeadline(long nowNs);

    /** Ends it with close_notify; the listener hears nothing more but {@link Listener#send}. Harmless when repeated. */
    void close(long nowNs);

    /** Told on the loop's thread. */
    interface Listener {
        /** Sends a datagram to the peer; the bytes are the listener's to keep. */
        void send(byte[] datagram);

        /** The peer has proven its certificate, and these are the keys. */
        void onConnected(SrtpKeys keys, long nowNs);

        /** No handshake, or one with somebody else. The last call but {@link #send}. */
        void onFailed(String reason, long nowNs);

        /** The peer said goodbye. The last call but {@link #send}. */
        void onClosed(long nowNs);
    }
}
