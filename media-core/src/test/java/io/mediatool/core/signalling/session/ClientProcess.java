package io.mediatool.core.signalling.session;

import io.mediatool.core.server.MediaServer;
import io.mediatool.core.server.Room;
import io.mediatool.core.server.peer.Endpoint;
import io.mediatool.core.server.peer.EndpointOptions;
import io.mediatool.core.signalling.client.ClientSession;
import io.mediatool.core.signalling.client.HttpSignalling;
import io.mediatool.core.signalling.client.ServerAddress;
import io.mediatool.core.transport.TestPeer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;

/** Where our own client runs: a room, and ports, beside the server of the stage and on the same loop. */
final class ClientProcess implements ClientSession.Listener {
    final Room room;
    /** What sessions that were given this as their listener have told. */
    final List<String> events = new ArrayList<>();

    private final SfuStage stage;
    private final MediaServer server;

    ClientProcess(SfuStage stage) {
        this.stage = stage;
        server = new MediaServer(stage.loop, stage.random, stage.clock);
        room = server.room("own");
    }

    /** For each session one, as between two ports there is but one path. */
    Endpoint port() throws IOException {
        Endpoint endpoint = Endpoint.open(
                server,
                EndpointOptions.of(new InetSocketAddress(SfuStage.IPV4, 0)).withTcp(false),
                stage.dtls,
                TestPeer.ANYBODY);
        endpoint.onBugs(stage.bugs::add);
        return endpoint;
    }

    static ClientSession.Target target(String address, HttpSignalling http) {
        return new ClientSession.Target(ServerAddress.parse(address), null, http);
    }

    @Override
    public void onConnected(ClientSession session, long nowNs) {
        events.add("connected");
    }

    @Override
    public void onLine(String line) {
        events.add(line);
    }

    @Override
    public void onOver(ClientSession session, String reason, boolean refused, long nowNs) {
        events.add((refused ? "refused: " : "over: ") + reason);
    }
}
