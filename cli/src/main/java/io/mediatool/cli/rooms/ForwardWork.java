package io.mediatool.cli.rooms;

import io.mediatool.core.server.IncomingStream;
import io.mediatool.core.server.IncomingStreamTrack;
import io.mediatool.core.server.Room;
import io.mediatool.ingest.forward.ForwardSnapshot;
import io.mediatool.ingest.forward.ForwardTarget;
import io.mediatool.ingest.forward.RtpForwarder;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.random.RandomGenerator;

/** Sends what is published in a room to one receiver as plain RTP, until it is told to end. */
final class ForwardWork extends Work implements Room.Listener, RtpForwarder.Listener {
    private final Order.Forward order;
    private final RtpForwarder forwarder;

    /** Opens the sockets. */
    ForwardWork(Terms terms, Order.Forward order, ForwardTarget target, RandomGenerator random)
            throws RefusedWorkException {
        super(Kind.FORWARD, terms);
        this.order = order;
        try {
            this.forwarder = RtpForwarder.open(terms.room().loop(), target, terms.clock(), random, this);
        } catch (IOException e) {
            throw new RefusedWorkException(409, order.target() + ": " + e.getMessage());
        }
    }

    /** On the room's loop. */
    void begin() {
        forwarder.only(this::isWanted);
        room().enter();
        room().addListener(this);
    }

    private boolean isWanted(IncomingStreamTrack track) {
        return order.codecs().isEmpty()
                || order.codecs().contains(track.layers().get(0).format().codec());
    }

    @Override
    public void onStream(Room of, IncomingStream stream) {
        if (order.streams().isEmpty() || order.streams().contains(stream.name())) {
            forwarder.attach(stream);
        }
    }

    @Override
    public void onWarning(String line) {
        tell(WorkEvent.Type.WARNING, "", line);
        String failure = forwarder.snapshot().failure();
        if (failure != null) {
            failed(failure);
        }
    }

    @Override
    State going() {
        return forwarder.sdp().isEmpty() ? State.WAITING : State.RUNNING;
    }

    @Override
    void measure(Map<String, Object> progress) {
        ForwardSnapshot sent = forwarder.snapshot();
        progress.put(
                "packets",
                sent.tracks().stream().mapToLong(ForwardSnapshot.Track::packets).sum());
        progress.put(
                "bytes",
                sent.tracks().stream().mapToLong(ForwardSnapshot.Track::bytes).sum());
    }

    @Override
    void describe(Map<String, Object> report) {
        report.put("target", order.target());
        if (!order.streams().isEmpty()) {
            report.put("streams", order.streams().stream().sorted().toList());
        }
        if (!order.codecs().isEmpty()) {
            report.put(
                    "codecs",
                    order.codecs().stream().map(codec -> codec.label()).sorted().toList());
        }
        ForwardSnapshot sent = forwarder.snapshot();
        report.put("sdp", forwarder.sdp());
        report.put("notSent", sent.sendFailed() + sent.sendDropped());
        report.put("tracks", sent.tracks().stream().map(ForwardWork::track).toList());
    }

    private static Map<String, Object> track(ForwardSnapshot.Track track) {
        var json = new LinkedHashMap<String, Object>();
        json.put("id", track.id());
        json.put("codec", track.codec().label());
        json.put("port", track.port());
        json.put("packets", track.packets());
        json.put("bytes", track.bytes());
        json.put("receiverReports", track.receiverReports());
        json.put("fractionLost", track.fractionLost());
        json.put("packetsLost", track.packetsLost());
        return json;
    }

    @Override
    CompletionStage<Void> stop() {
        return onLoop(() -> {
            room().removeListener(this);
            forwarder.close();
            room().leave();
        });
    }
}
