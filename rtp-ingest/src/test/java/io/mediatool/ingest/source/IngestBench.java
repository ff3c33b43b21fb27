package io.mediatool.ingest.source;

import io.mediatool.core.loop.FakeNetwork;
import io.mediatool.core.loop.VirtualEventLoop;
import io.mediatool.core.rtp.RtpPacket;
import io.mediatool.core.server.IncomingStream;
import io.mediatool.core.server.IncomingStreamTrack;
import io.mediatool.core.server.Room;
import io.mediatool.core.stream.RtpIncomingSourceGroup;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;

/** An ingest on a virtual loop, what it publishes and says, and a sender. */
final class IngestBench implements RtpIngest.Listener, IncomingStream.Listener, RtpIncomingSourceGroup.Listener {
    static final long MS = 1_000_000L;
    static final long SECOND = 1_000 * MS;

    final VirtualEventLoop loop;
    final Room room;
    final RtpIngest ingest;
    final List<String> lines = new ArrayList<>();
    final List<IncomingStreamTrack> tracks = new ArrayList<>();
    final TreeMap<String, List<Integer>> sequences = new TreeMap<>();
    final TreeMap<String, List<Long>> arrivals = new TreeMap<>();
    final List<String> reports = new ArrayList<>();
    boolean endedTold;
    boolean streamEnded;

    IngestBench(String... arguments) throws Exception {
        this(specs(arguments));
    }

    IngestBench(List<SourceSpec> specs) throws IOException {
        loop = new VirtualEventLoop(new FakeNetwork(1, FakeNetwork.Link.PERFECT), bug -> {
            throw new AssertionError("bug", bug);
        });
        room = new Room("room", loop);
        room.addListener((where, stream) -> stream.addListener(this));
        ingest = RtpIngest.open(
                room,
                "stream",
                specs,
                IngestOptions.defaults(),
                InstantSource.fixed(Instant.ofEpochSecond(1_700_000_000)),
                new Random(7),
                this);
    }

    static List<SourceSpec> specs(String... arguments) throws SourceException {
        List<SourceSpec> specs = new ArrayList<>();
        for (String argument : arguments) {
            specs.add(SourceSpec.parse(argument, InputStream.nullInputStream()));
        }
        return specs;
    }

    static InetSocketAddress at(int port) {
        try {
            return new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), port);
        } catch (UnknownHostException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A datagram from port 40000 to {@code port}, now. */
    void send(int port, byte[] datagram) {
        loop.inject(loop.nowNs(), at(40_000), at(port), datagram);
        loop.advanceBy(0);
        loop.advanceBy(MS);
    }

    void sendRtp(int port, int payloadType, int sequence, int ssrc, byte... payload) {
        send(port, rtp(payloadType, sequence, ssrc, payload));
    }

    static byte[] rtp(int payloadType, int sequence, int ssrc, byte... payload) {
        byte[] data = new byte[12 + payload.length];
        RtpPacket.writeHeader(data, 0, false, payloadType, sequence, 90L * sequence, ssrc);
        System.arraycopy(payload, 0, data, 12, payload.length);
        return data;
    }

    @Override
    public void onLine(String line) {
        lines.add(line);
    }

    @Override
    public void onEnded() {
        endedTold = true;
    }

    @Override
    public void onTrack(IncomingStream stream, IncomingStreamTrack track) {
        tracks.add(track);
        sequences.put(track.id(), new ArrayList<>());
        arrivals.put(track.id(), new ArrayList<>());
        track.source().addListener(this);
    }

    @Override
    public void onEnded(IncomingStream stream, long nowNs) {
        streamEnded = true;
    }

    @Override
    public void onRtp(RtpIncomingSourceGroup source, RtpPacket packet, long sequence, long timestamp, long nowNs) {
        String id = idOf(source);
        sequences.get(id).add(packet.sequenceNumber());
        arrivals.get(id).add(nowNs);
    }

    @Override
    public void onSenderReport(RtpIncomingSourceGroup source, RtpIncomingSourceGroup.SenderReport report, long nowNs) {
        reports.add(idOf(source) + " " + report.timestamp());
    }

    @Override
    public void onEnded(RtpIncomingSourceGroup source, long nowNs) {}

    private String idOf(RtpIncomingSourceGroup source) {
        return tracks.stream()
                .filter(track -> track.source() == source)
                .findFirst()
                .orElseThrow()
                .id();
    }

    boolean said(String part) {
        return lines.stream().anyMatch(line -> line.contains(part));
    }
}
