import io.mediatool.core.loop.EventLoop;
import io.mediatool.core.transport.DtlsIceTransport;

/** How clients come into a server. */
interface SfuDoor {
    /** Asks, and begins to connect as the server says. */
    void connect(boolean publishes, DtlsIceTransport.Listener listener, EventLoop loop) throws Exception;

    /** The SRTP profiles that handshakes have ended with. */
    String negotiated();
}
