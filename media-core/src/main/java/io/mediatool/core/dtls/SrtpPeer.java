package io.mediatool.core.dtls;

import io.mediatool.core.srtp.SrtpKeys;
import java.io.IOException;
import org.bouncycastle.tls.DTLSTransport;
import org.bouncycastle.tls.DatagramTransport;

/** One role of a handshake. */
interface SrtpPeer {

    /** The whole handshake; waits. */
    DTLSTransport shakeHands(DatagramTransport transport) throws IOException;

    /** After the handshake. */
    SrtpKeys keys() throws IOException;

    /** Whether the peer sent close_notify. */
    boolean isClosed();
}
