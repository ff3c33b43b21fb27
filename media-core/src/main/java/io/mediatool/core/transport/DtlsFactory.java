package io.mediatool.core.transport;

import io.mediatool.core.dtls.DtlsConnection;
import io.mediatool.core.dtls.DtlsFingerprint;
import io.mediatool.core.dtls.DtlsRole;
import io.mediatool.core.loop.EventLoop;
import java.util.List;

/** Makes DTLS connections: {@code DtlsEndpoint::connection}, or an instant one in tests. */
public interface DtlsFactory {
    DtlsConnection open(DtlsRole role, List<DtlsFingerprint> peer, EventLoop loop, DtlsConnection.Listener listener);
}
