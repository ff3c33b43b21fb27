package io.mediatool.cli.remote;

import io.mediatool.cli.option.ServerOptions;
import io.mediatool.cli.part.Part;
import io.mediatool.cli.terminal.CommandException;
import io.mediatool.cli.terminal.Console;
import io.mediatool.cli.terminal.ExitCode;
import io.mediatool.cli.terminal.Units;
import io.mediatool.core.audio.catalog.AudioCatalog;
import io.mediatool.core.codec.MediaKind;
import io.mediatool.core.codec.RtpFormat;
import io.mediatool.core.loop.EventLoop;
import io.mediatool.core.rtp.RtpPacket;
import io.mediatool.core.server.IncomingStream;
import io.mediatool.core.server.IncomingStreamTrack;
import io.mediatool.core.signalling.client.ClientOffer;
import io.mediatool.core.signalling.client.LastingSession;
import io.mediatool.core.signalling.client.ServerAddress;
import io.mediatool.core.stream.RtpIncomingSourceGroup;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One stream of a run's room, published at a WHIP server. */
public final class WhipPart implements Part, LastingSession.Listener {
    /** How long the further tracks of a stream may come after its first. */
    private static final long GATHER_NS = 1_000_000_000L;

    private static final long POLL_NS = 50_000_000L;
    /** Longer than most encoders' groups of pictures. */
    private static final long PATIENCE_NS = 5_000_000_000L;

    /** With RTP's header and extensions and SRTP's tag this stays below 1452 bytes, what is left of 1500 over IPv6. */
    private static final int MAX_PAYLOAD = 1_400;

    private final EventLoop loop;
    private final Console console;
    private final ServerAddress address;
    private final ServerOptions options;
    private final PeerPorts ports;
    private volatile @Nullable LastingSession session;
    private volatile @Nullable String failure;
    private volatile boolean connected;
    private volatile boolean wasConnected;
    private @Nullable IncomingStream stream;
    private volatile boolean closed;
    private Map<String, Double> lastCounters = Map.of();

    public WhipPart(EventLoop loop, ServerAddress address, ServerOptions options, Console console) {
        this.loop = loop;
        this.console = console;
        this.address = address;
        this.options = options;
        this.ports = new PeerPorts(loop, console);
    }

    /** Publishes tracks of these formats, before they are there. */
    public void begin(List<RtpFormat> formats) throws CommandException {
        List<RtpFormat> sent = new ArrayList<>();
        for (RtpFormat format : formats) {
            RtpFormat publishable = publishable(format);
            if (publishable == null) {
                throw new CommandException(ExitCode.USAGE, refusal(format));
            }
            sent.add(publishable);
        }
        open(sent);
    }

    /** The format itself, or the best that is made of it; null when WebRTC has no place for any. */
    private static @Nullable RtpFormat publishable(RtpFormat format) {
        return ClientOffer.isPublishable(format.codec())
                ? format
                : AudioCatalog.madeOf(format).stream()
                        .filter(each -> ClientOffer.isPublishable(each.codec()))
                        .findFirst()
                        .orElse(null);
    }

    private String refusal(RtpFormat format) {
        String way = switch (format.codec().kind()) {
            case AUDIO -> "; convert it (ffmpeg -i FILE -c:v copy -c:a libopus out.mp4) or leave it out (--no-audio)";
            case VIDEO -> "";
        };
        return "WebRTC has no " + format.codec().label() + ", so " + address.shown() + " cannot be sent it" + way;
    }

    private LastingSession open(List<RtpFormat> formats) {
        LastingSession made = LastingSession.publish(loop, ports.to(address, options), formats, this);
        session = made;
        made.start();
        return made;
    }

    /** What is published: the first stream of the run. On the loop. */
    public void add(IncomingStream added) {
        if (stream != null) {
            console.line(address.shown() + " is sent one stream only, " + added.name() + " is left out");
            return;
        }
        stream = added;
        added.addListener(new Sizes());
        LastingSession begun = session;
        if (begun != null) {
            begun.attach(added);
        } else {
            added.addListener(new FirstTrack());
        }
    }

    /** Packets are sent as large as they come, and who reads 1460 bytes at most, as Pion does, throws larger ones away without a word. */
    private final class Sizes implements IncomingStream.Listener {
        @Override
        public void onTrack(IncomingStream of, IncomingStreamTrack track) {
            track.layers().forEach(layer -> layer.source().addListener(new Size(track.id())));
        }

        @Override
        public void onEnded(IncomingStream of, long nowNs) {}
    }

    private final class Size implements RtpIncomingSourceGroup.Listener {
        private final String track;
        private boolean told;

        Size(String track) {
            this.track = track;
        }

        @Override
        public void onRtp(RtpIncomingSourceGroup of, RtpPacket packet, long sequence, long timestamp, long nowNs) {
            if (packet.payloadLength() > MAX_PAYLOAD && !told) {
                told = true;
                console.line(address.shown() + ": " + track + " comes in packets of " + packet.length()
                        + " bytes, which many servers and networks do not take; let it be pushed in smaller ones"
                        + " (FFmpeg: rtp://HOST:PORT?pkt_size=1200)");
            }
        }

        @Override
        public void onEnded(RtpIncomingSourceGroup of, long nowNs) {}
    }

    /** What a push consists of is known when its packets come. */
    private final class FirstTrack implements IncomingStream.Listener {
        private boolean scheduled;

        @Override
        public void onTrack(IncomingStream of, IncomingStreamTrack track) {
            if (!scheduled) {
                scheduled = true;
                loop.schedule(loop.nowNs() + GATHER_NS, nowNs -> publish(of, nowNs + PATIENCE_NS, nowNs));
            } else if (session != null) {
                console.line(address.shown() + ": " + track.id() + " came too late and is left out");
            }
        }
    }

    /** Not before something can be sent: MediaMTX ends a session by which nothing comes for two seconds. */
    private void publish(IncomingStream of, long saysWhyNs, long nowNs) {
        if (closed || of.isEnded()) {
            return;
        }
        if (of.tracks().stream().noneMatch(WhipPart::hasPackets)) {
            loop.schedule(nowNs + POLL_NS, later -> publish(of, later + PATIENCE_NS, later));
            return;
        }
        String missing = missing(of);
        if (missing != null) {
            boolean says = nowNs >= saysWhyNs;
            if (says) {
                console.line("nothing is published at " + address.shown() + " yet: " + missing);
            }
            loop.schedule(nowNs + POLL_NS, later -> publish(of, says ? Long.MAX_VALUE : saysWhyNs, later));
            return;
        }
        List<RtpFormat> formats = new ArrayList<>();
        for (IncomingStreamTrack track : of.tracks()) {
            RtpFormat format = track.layers().get(0).format();
            RtpFormat publishable = publishable(format);
            if (publishable != null) {
                formats.add(publishable);
            } else {
                console.line("WebRTC has no " + format.codec().label() + ": " + address.shown() + " is sent no "
                        + track.id());
            }
        }
        if (formats.isEmpty()) {
            failure = "nothing that comes can be sent to " + address.shown();
            return;
        }
        open(formats).attach(of);
    }

    /** What picture is not there yet, and why. */
    private static @Nullable String missing(IncomingStream of) {
        for (IncomingStreamTrack track : of.tracks()) {
            if (track.kind() == MediaKind.VIDEO && track.layers().stream().allMatch(layer -> layer.keyFrames() == 0)) {
                return !hasPackets(track)
                        ? "no packet of " + track.id() + " has come"
                        : track.id() + " has had no key frame"
                                + " (FFmpeg: -g 50, and from MP4 with -c copy -bsf:v h264_mp4toannexb)";
            }
        }
        return null;
    }

    private static boolean hasPackets(IncomingStreamTrack track) {
        return track.layers().stream()
                .anyMatch(layer -> layer.source().snapshot().packets() > 0);
    }

    /** After {@link #close}: whether the server took media to the end. */
    public boolean wasConnected() {
        return wasConnected;
    }

    /** Whether the server has taken media. */
    public boolean isConnected() {
        return connected;
    }

    /** How far it has come, in one line. */
    public String seen() {
        LastingSession begun = session;
        return begun == null ? address.shown() + ": nothing to publish yet" : ports.ask(begun::seen);
    }

    @Override
    public @Nullable String status(long nowNs) {
        LastingSession begun = session;
        return begun == null || closed ? null : "sent " + Units.bytes(count(ports.ask(begun::counters), "bytesSent"));
    }

    private static long count(Map<String, Double> counters, String name) {
        return Math.round(counters.getOrDefault(name, 0.0));
    }

    @Override
    public @Nullable String failure() {
        return failure;
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        LastingSession begun = session;
        if (begun != null) {
            lastCounters = ports.ask(begun::counters);
            wasConnected = ports.ask(begun::isConnected);
            ports.close(begun);
        }
    }

    @Override
    public String name() {
        return "publish";
    }

    @Override
    public Object summary() {
        var json = new LinkedHashMap<String, Object>();
        json.put("target", address.shown());
        json.put("packets", count(lastCounters, "packetsSent"));
        json.put("size", count(lastCounters, "bytesSent"));
        json.put("retransmitted", count(lastCounters, "retransmitted"));
        json.put("plis", count(lastCounters, "plis"));
        return json;
    }

    @Override
    public List<String> lines() {
        long again = count(lastCounters, "retransmitted");
        return List.of("sent " + count(lastCounters, "packetsSent") + " packets, "
                + Units.bytes(count(lastCounters, "bytesSent")) + " to " + address.shown()
                + (again == 0 ? "" : ", " + again + " of them again"));
    }

    @Override
    public void onConnected(boolean again, long nowNs) {
        connected = true;
        console.line("publishing to " + address.shown() + (again ? " again" : ""));
    }

    @Override
    public void onLine(String line) {
        console.line(line);
    }

    @Override
    public void onOver(String reason, boolean answered, long nowNs) {
        failure = !answered ? reason : address.shown() + ": " + reason;
    }
}
