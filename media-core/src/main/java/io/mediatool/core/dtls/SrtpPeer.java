package io.mediatool.core.dtls;

import java.io.IOException;
import org.bouncycastle.tls.DTLSTransport;
import org.bouncycastle.tls.DatagramTransport;

/** One role of a handshake. */
interface SrtpPeer {

    /** The whole handshake; waits. */
    DTLSTransport shakeHands(DatagramTransport transport) throws IOException;

    /** What the handshake came to. */
    SrtpAgreement agreement();
}
