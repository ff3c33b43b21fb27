package io.mediatool.cli.rooms;

import io.mediatool.cli.rooms.ports.OwnPorts;
import io.mediatool.core.codec.Codec;
import io.mediatool.core.server.IncomingStream;
import io.mediatool.core.server.IncomingStreamTrack;
import io.mediatool.core.server.Room;
import io.mediatool.ingest.forward.ForwardPorts;
import io.mediatool.ingest.forward.ForwardSnapshot;
import io.mediatool.ingest.forward.ForwardTarget;
import io.mediatool.ingest.forward.RtpForwarder;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** Sends what is published in a room to one receiver as plain RTP, until it is told to end. */
final class ForwardWork extends Work implements Room.Listener, RtpForwarder.Listener {
    private final ForwardTarget target;
    private volatile Set<String> streams;
    private volatile Set<Codec> codecs;
    private volatile boolean held;
    private final RtpForwarder forwarder;
    private final OwnPorts ports;
    private final @Nullable String doubt;

    /** Opens the sockets, unless what it sends would come back. */
    ForwardWork(
            Terms terms,
            Order.Forward order,
            ForwardTarget target,
            ForwardPorts sockets,
            OwnPorts ports,
            RandomGenerator random)
            throws RefusedWorkException {
        super(Kind.FORWARD, terms);
        this.target = target;
        this.streams = order.streams();
        this.codecs = order.codecs();
        this.ports = ports;
        this.doubt = checked(streams, codecs);
        try {
            this.forwarder = RtpForwarder.open(sockets, terms.room().loop(), target, terms.clock(), random, this);
        } catch (IOException e) {
            ports.remove(id());
            throw new RefusedWorkException(409, order.target() + ": " + e.getMessage());
        }
    }

    /** Refused when that would come back. @return what may be wrong with it, or null */
    private @Nullable String checked(Set<String> ofStreams, Set<Codec> ofCodecs) throws RefusedWorkException {
        var verdict = ports.put(id(), new OwnPorts.Forward(roomName(), ofStreams, ofCodecs, target));
        if (verdict.refusal() != null) {
            throw new RefusedWorkException(422, verdict.refusal());
        }
        return verdict.warning();
    }

    /** On the room's loop. */
    void begin() {
        forwarder.only(this::isWanted);
        room().enter();
        room().addListener(this);
        warn(doubt);
    }

    private void warn(@Nullable String line) {
        if (line != null) {
            tell(WorkEvent.Type.WARNING, "", line);
        }
    }

    private boolean isWanted(IncomingStreamTrack track) {
        return codecs.isEmpty()
                || codecs.contains(track.layers().get(0).format().codec());
    }

    /** Other streams or codecs are other tracks: those from before end, and the description is another one. */
    @Override
    public CompletionStage<Void> change(Order.Change change) throws RefusedWorkException {
        Set<String> otherStreams = change.streams();
        Set<Codec> otherCodecs = change.codecs();
        if (!isStopping() && (otherStreams != null || otherCodecs != null)) {
            warn(checked(otherStreams == null ? streams : otherStreams, otherCodecs == null ? codecs : otherCodecs));
        }
        Boolean still = change.paused();
        return onLoop(() -> {
            if (isStopping()) {
                return;
            }
            if (otherStreams != null || otherCodecs != null) {
                streams = otherStreams == null ? streams : otherStreams;
                codecs = otherCodecs == null ? codecs : otherCodecs;
                room().removeListener(this);
                forwarder.clear();
                room().addListener(this);
                tell(WorkEvent.Type.CHANGED, "", "");
            }
            if (still != null && still != held) {
                held = still;
                forwarder.hold(still);
                tell(still ? WorkEvent.Type.PAUSED : WorkEvent.Type.RESUMED, "", "");
            }
        });
    }

    @Override
    public void onStream(Room of, IncomingStream stream) {
        if (streams.isEmpty() || streams.contains(stream.name())) {
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
        return held ? State.PAUSED : forwarder.sdp().isEmpty() ? State.WAITING : State.RUNNING;
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
        report.put("target", target.text());
        if (!streams.isEmpty()) {
            report.put("streams", streams.stream().sorted().toList());
        }
        if (!codecs.isEmpty()) {
            report.put(
                    "codecs",
                    codecs.stream().map(codec -> codec.label()).sorted().toList());
        }
        ForwardSnapshot sent = forwarder.snapshot();
        report.put("sdp", forwarder.sdp());
        report.put("notSent", sent.notSent());
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
