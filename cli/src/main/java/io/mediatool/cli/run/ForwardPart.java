package io.mediatool.cli.run;

import io.mediatool.cli.part.Part;
import io.mediatool.cli.terminal.CommandException;
import io.mediatool.cli.terminal.Console;
import io.mediatool.cli.terminal.ExitCode;
import io.mediatool.cli.terminal.Units;
import io.mediatool.core.codec.MediaKind;
import io.mediatool.core.codec.RtpFormat;
import io.mediatool.core.loop.EventLoop;
import io.mediatool.core.server.IncomingStream;
import io.mediatool.ingest.forward.ForwardPorts;
import io.mediatool.ingest.forward.ForwardSnapshot;
import io.mediatool.ingest.forward.ForwardTarget;
import io.mediatool.ingest.forward.RtpForwarder;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** An RTP forward within a run. */
final class ForwardPart implements Part, RtpForwarder.Listener {
    private final String address;
    private final Console console;
    private final ForwardTarget target;
    private final RtpForwarder forwarder;

    /** @param ports the sockets that it shares with others */
    ForwardPart(EventLoop loop, ForwardPorts ports, String address, Console console) throws CommandException {
        this.address = address;
        this.console = console;
        this.target = Targets.parse(address);
        try {
            this.forwarder = RtpForwarder.open(ports, loop, target, InstantSource.system(), Randomness.secure(), this);
        } catch (IOException e) {
            throw new CommandException(ExitCode.NETWORK, address + ": " + e.getMessage());
        }
    }

    /**
     * Refuses to send back to where it comes from, round and round; says so where only sound would be, which need not come.
     *
     * @param listening where RTP is received in this process
     */
    void refuseReturn(InetSocketAddress listening) throws CommandException {
        if (target.reaches(listening, MediaKind.VIDEO)) {
            throw new CommandException(
                    ExitCode.USAGE,
                    address + " leads back to the source on port " + listening.getPort() + ": forward to another port");
        }
        if (target.reaches(listening, MediaKind.AUDIO)) {
            console.line(address + ": sound would go to port " + listening.getPort()
                    + ", back to the source; '?audio-port=' takes another one");
        }
    }

    /** Forwards all tracks of {@code stream}; on the loop. */
    void add(IncomingStream stream) {
        forwarder.attach(stream);
    }

    /** The description of what is sent, for receivers; empty while nothing is. */
    String sdp() {
        return forwarder.sdp();
    }

    /** The description of what will be sent for tracks of these formats. */
    String sdp(List<RtpFormat> formats) {
        return forwarder.sdp("mediatool", formats);
    }

    ForwardSnapshot snapshot() {
        return forwarder.snapshot();
    }

    @Override
    public String status(long nowNs) {
        return "sent " + Units.bytes(bytes(forwarder.snapshot()));
    }

    @Override
    public @Nullable String failure() {
        return forwarder.snapshot().failure();
    }

    @Override
    public void close() {
        forwarder.close();
    }

    @Override
    public String name() {
        return "forward";
    }

    @Override
    public Object summary() {
        ForwardSnapshot sent = forwarder.snapshot();
        var json = new LinkedHashMap<String, Object>();
        json.put("target", address);
        json.put("packets", packets(sent));
        json.put("size", bytes(sent));
        json.put("not_sent", sent.notSent());
        json.put("tracks", sent.tracks().stream().map(ForwardPart::json).toList());
        return json;
    }

    @Override
    public List<String> lines() {
        ForwardSnapshot sent = forwarder.snapshot();
        long notSent = sent.notSent();
        return List.of("sent " + packets(sent) + " packets, " + Units.bytes(bytes(sent)) + " to " + address
                + (notSent == 0 ? "" : ", " + notSent + " more could not be sent"));
    }

    private static Object json(ForwardSnapshot.Track track) {
        var json = new LinkedHashMap<String, Object>();
        json.put("id", track.id());
        json.put("codec", track.codec().label());
        json.put("port", track.port());
        json.put("packets", track.packets());
        json.put("size", track.bytes());
        json.put("receiver_reports", track.receiverReports());
        json.put("fraction_lost", track.fractionLost());
        json.put("packets_lost", track.packetsLost());
        return json;
    }

    private static long packets(ForwardSnapshot sent) {
        return sent.tracks().stream().mapToLong(ForwardSnapshot.Track::packets).sum();
    }

    private static long bytes(ForwardSnapshot sent) {
        return sent.tracks().stream().mapToLong(ForwardSnapshot.Track::bytes).sum();
    }

    @Override
    public void onWarning(String line) {
        console.line(address + ": " + line);
    }
}
