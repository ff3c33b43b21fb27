package io.mediatool.core.server.peer;

import io.mediatool.core.ice.IceAgent;
import io.mediatool.core.ice.IceCandidate;
import io.mediatool.core.loop.address.AddressText;
import io.mediatool.core.transport.DtlsIceTransport;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;

/** Says in a line why a client is not connected: what was seen, what was not (field notes #51). */
public final class Trouble {
    private static final int MAX_SHOWN = 3;

    private Trouble() {}

    /**
     * @param port ours
     * @param told the client's candidates
     */
    public static String line(DtlsIceTransport.Report seen, int port, List<IceCandidate> told) {
        IceAgent.Report ice = seen.ice();
        InetSocketAddress remote = seen.remote();
        if (ice.verified() > 0 && remote != null) {
            return "ICE checks come from " + AddressText.of(remote) + ", but the DTLS handshake is not finished";
        }
        if (ice.checks() == 0) {
            return "no STUN check arrived on " + port + "/udp from any address; the client told of " + shown(told);
        }
        if (ice.wrongPassword() > 0) {
            return ice.wrongPassword() + " STUN checks arrived on " + port
                    + "/udp with a wrong password: they are of another session, or the answer was changed on its way";
        }
        if (ice.roleConflicts() > 0) {
            return ice.roleConflicts() + " STUN checks arrived on " + port
                    + "/udp of a client that wants to be controlled; this server is ICE-lite and cannot control";
        }
        return ice.checks() + " STUN checks arrived on " + port + "/udp without signature";
    }

    private static String shown(List<IceCandidate> told) {
        if (told.isEmpty()) {
            return "no candidates";
        }
        List<String> words = new ArrayList<>();
        for (IceCandidate each : told.subList(0, Math.min(MAX_SHOWN, told.size()))) {
            InetSocketAddress address = each.address();
            String shown = address == null ? "(a hidden name):" + each.port() : AddressText.of(address);
            words.add(each.type() + " " + shown + "/" + each.transport());
        }
        int more = told.size() - words.size();
        return String.join(", ", words) + (more > 0 ? " and " + more + " more" : "");
    }
}
