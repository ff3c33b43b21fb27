package io.mediatool.cli.rooms;

import io.mediatool.cli.rooms.ports.OwnPorts;
import io.mediatool.core.codec.MediaKind;
import io.mediatool.core.server.IncomingStream;
import io.mediatool.core.server.IncomingStreamTrack;
import io.mediatool.ingest.port.PortSnapshot;
import io.mediatool.ingest.source.IngestOptions;
import io.mediatool.ingest.source.IngestSnapshot;
import io.mediatool.ingest.source.RtpIngest;
import io.mediatool.ingest.source.SdpSource;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** Listens for a push, and after its goodbye for the next one, until it is told to end. */
final class IngestWork extends Work implements RtpIngest.Listener {
    /** A transport stream over UDP ends without a word. */
    private static final long SILENCE_NS = 5_000_000_000L;
    /** After which what came is over, and what comes then another push. */
    private static final long OVER_NS = 10_000_000_000L;

    private final Order.Ingest order;
    private final String stream;
    private final RandomGenerator random;
    private final Executor files;
    private volatile @Nullable RtpIngest ingest;
    private volatile IngestSnapshot last = new IngestSnapshot(List.of());

    IngestWork(Terms terms, Order.Ingest order, String stream, RandomGenerator random, Executor threads) {
        super(Kind.INGEST, terms);
        this.order = order;
        this.stream = stream;
        this.random = random;
        this.files = new InOrder(threads);
    }

    /** Binds the ports: blocks. Refused when that is impossible, or what comes there would go round for ever. */
    void begin(OwnPorts ports) throws RefusedWorkException {
        List<InetSocketAddress> addresses = List.of();
        try {
            addresses = RtpIngest.addresses(List.of(order.source()), IngestOptions.defaults());
            String refusal = ports.put(id(), new OwnPorts.Ingest(roomName(), stream, addresses));
            if (refusal != null) {
                throw new RefusedWorkException(422, refusal);
            }
            listen();
            look();
            // The room stays for the next push.
            CompletionStage<Void> unused = onLoop(room()::enter);
        } catch (IOException e) {
            ports.remove(id());
            String holder = ports.holder(addresses);
            throw new RefusedWorkException(
                    409, holder == null ? String.valueOf(e.getMessage()) : holder + ": listen on another port");
        }
    }

    private void listen() throws IOException {
        ingest = RtpIngest.open(
                room(), stream, List.of(order.source()), IngestOptions.defaults(), clock(), random, this);
    }

    @Override
    public void onLine(String line) {
        tell(WorkEvent.Type.WARNING, stream, line);
    }

    /** The sender said goodbye; another one may come. */
    @Override
    public void onEnded() {
        try {
            files.execute(this::listenAnew);
        } catch (RejectedExecutionException e) {
            ended("the server is shutting down");
        }
    }

    private void listenAnew() {
        RtpIngest before = ingest;
        if (isStopping() || before == null) {
            return;
        }
        last = new IngestSnapshot(List.of());
        before.close();
        try {
            listen();
        } catch (IOException e) {
            failed(String.valueOf(e.getMessage()));
        }
    }

    /** Waits for the loop. */
    @Override
    void look() {
        RtpIngest open = ingest;
        if (open == null) {
            return;
        }
        last = open.snapshot();
        if (last.sawAnything() && !last.isComing(OVER_NS)) {
            onEnded();
        } else {
            CompletionStage<Void> unused = onLoop(this::lookForAnotherPush);
        }
    }

    /** One that follows at once has tracks of its own: nobody who watches or listens to the ones before would ever hear of them. */
    private void lookForAnotherPush() {
        IncomingStream published = room().stream(stream);
        if (published == null || isStopping()) {
            return;
        }
        long nowNs = room().loop().nowNs();
        for (MediaKind kind : MediaKind.values()) {
            List<IncomingStreamTrack> tracks = published.tracks().stream()
                    .filter(track -> track.kind() == kind)
                    .toList();
            boolean gone = !tracks.isEmpty()
                    && tracks.get(0).source().snapshot().packets() > 0
                    && !tracks.get(0).layers().get(0).isActive(nowNs);
            if (gone && tracks.stream().anyMatch(track -> track.layers().get(0).isActive(nowNs))) {
                onEnded();
                return;
            }
        }
    }

    @Override
    State going() {
        return last.isComing(SILENCE_NS) ? State.RUNNING : State.WAITING;
    }

    @Override
    void measure(Map<String, Object> progress) {
        progress.put(
                "datagrams",
                last.ports().stream().mapToLong(PortSnapshot::datagrams).sum());
    }

    @Override
    void describe(Map<String, Object> report) {
        report.put("stream", stream);
        if (!(order.source() instanceof SdpSource)) {
            report.put("source", order.source().argument());
        }
        report.put("ports", last.ports().stream().map(IngestWork::port).toList());
        RtpIngest open = ingest;
        report.put("senders", open == null ? List.of() : open.senderHints());
    }

    private static Map<String, Object> port(PortSnapshot port) {
        var json = new LinkedHashMap<String, Object>();
        json.put("port", port.local().getPort());
        json.put("carries", port.carries());
        json.put("datagrams", port.datagrams());
        json.put("seen", port.describe());
        return json;
    }

    @Override
    CompletionStage<Void> stop() {
        CompletableFuture<Void> done = new CompletableFuture<>();
        Runnable close = () -> {
            look();
            RtpIngest open = ingest;
            if (open != null) {
                open.close();
                CompletionStage<Void> unused = onLoop(room()::leave);
            }
            done.complete(null);
        };
        try {
            files.execute(close); // behind a port that is being opened
        } catch (RejectedExecutionException e) {
            close.run();
        }
        return done;
    }
}
