package io.mediatool.cli.run;

import io.mediatool.cli.terminal.CommandException;
import io.mediatool.cli.terminal.Console;
import io.mediatool.cli.terminal.ExitCode;
import io.mediatool.cli.terminal.Units;
import io.mediatool.core.loop.EventLoop;
import io.mediatool.core.server.IncomingStream;
import io.mediatool.ingest.forward.ForwardSnapshot;
import io.mediatool.ingest.forward.ForwardTarget;
import io.mediatool.ingest.forward.RtpForwarder;
import java.io.IOException;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** An RTP forward within a run. */
final class ForwardPart implements Part, RtpForwarder.Listener {
    private final String address;
    private final Console console;
    private final RtpForwarder forwarder;
    private volatile @Nullable String failure;

    ForwardPart(EventLoop loop, String address, Console console) throws CommandException {
        this.address = address;
        this.console = console;
        ForwardTarget target = Targets.parse(address);
        try {
            this.forwarder = RtpForwarder.open(loop, target, InstantSource.system(), Randomness.secure(), this);
        } catch (IOException e) {
            throw new CommandException(ExitCode.NETWORK, address + ": " + e.getMessage());
        }
    }

    /** Forwards all tracks of {@code stream}; on the loop. */
    void add(IncomingStream stream) {
        forwarder.attach(stream);
    }

    /** The description of what is sent, for receivers. */
    String sdp() {
        return forwarder.sdp();
    }

    ForwardSnapshot snapshot() {
        return forwarder.snapshot();
    }

    @Override
    public @Nullable String status(long nowNs) {
        return "sent " + Units.bytes(forwarder.snapshot().bytes());
    }

    @Override
    public @Nullable String failure() {
        return failure;
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
        json.put("packets", sent.packets());
        json.put("bytes", sent.bytes());
        json.put("failed", sent.failed());
        return json;
    }

    @Override
    public List<String> lines() {
        ForwardSnapshot sent = forwarder.snapshot();
        return List.of("sent " + sent.packets() + " packets, " + Units.bytes(sent.bytes()) + " to " + address
                + (sent.failed() == 0 ? "" : ", " + sent.failed() + " could not be sent"));
    }

    @Override
    public void onWarning(String line) {
        console.line(address + ": " + line);
    }
}
