package io.mediatool.ingest.mpegts;

import io.mediatool.core.bits.MalformedException;
import io.mediatool.core.codec.Codec;
import io.mediatool.core.codec.RtpFormat;
import io.mediatool.core.codec.catalog.CodecCatalog;
import io.mediatool.core.codec.h264.H264Module;
import io.mediatool.core.codec.h265.H265Module;
import io.mediatool.ingest.elementary.AacStream;
import io.mediatool.ingest.elementary.ElementaryStream;
import io.mediatool.ingest.elementary.NalStream;
import io.mediatool.ingest.elementary.OpusStream;
import io.mediatool.ingest.elementary.ProgramClock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Takes a transport stream apart. Fed with the payloads of UDP or RTP (in order: reordering is the caller's), or with any
 * pieces of a file; a packet may cross them.
 *
 * <p>Bounds: {@link #MAX_STREAMS} streams, {@link #MAX_PROGRAMS} programs, sections of 4 kB, 16 MiB for a PES packet and for
 * an access unit.
 */
public final class TsDemuxer {
    static final int MAX_STREAMS = 64;
    static final int MAX_PROGRAMS = 16;
    private static final int PIDS = 8192;
    private static final int NULL_PID = 0x1fff;

    private final TsListener listener;
    private final TsCounters counters = new TsCounters();
    private final TsFraming framing = new TsFraming(counters, this::onPacket);
    private final @Nullable TsPid[] pids = new TsPid[PIDS];
    private final Map<Integer, Integer> programs = new HashMap<>();
    private final Map<Integer, ProgramClock> clocks = new HashMap<>();
    private int streamCount;

    /** @param listener called from within {@link #feed} and {@link #flush} */
    public TsDemuxer(TsListener listener) {
        this.listener = listener;
        pids[0] = TsPid.ofSections(new SectionReader(counters, this::onAssociation));
    }

    /** Takes the next bytes; the array is borrowed until return. */
    public void feed(byte[] data, int offset, int length) {
        framing.feed(data, offset, length);
    }

    /** Datagrams are known to be missing. The continuity counters tell by themselves, but not of 16 packets at once. */
    public void onLoss() {
        for (TsPid pid : pids) {
            if (pid != null) {
                pid.onLoss();
            }
        }
    }

    /** Delivers what is complete; at the end of the stream, or when it pauses. */
    public void flush() {
        for (TsPid pid : pids) {
            if (pid != null) {
                pid.flush();
            }
        }
    }

    /** The counters as of now. */
    public TsStatistics statistics() {
        TsStatistics now = counters.snapshot();
        long badUnits = now.badUnits();
        for (TsPid pid : pids) {
            badUnits += pid == null ? 0 : pid.badUnits();
        }
        return now.withBadUnits(badUnits);
    }

    /**
     * <pre>
     * | 0x47 (8) | error (1) | start (1) | priority (1) | PID (13) | scrambling (2) | adaptation (1) | payload (1) | counter (4) |
     * | adaptation length (8) | discontinuity (1) … | stuffing … | payload … |
     * </pre>
     */
    private void onPacket(byte[] data, int at) {
        counters.packets++;
        int number = (data[at + 1] & 0x1f) << 8 | data[at + 2] & 0xff;
        TsPid pid = pids[number];
        if (number == NULL_PID || pid == null) {
            return;
        }
        if (data[at + 1] < 0) {
            counters.transportErrors++; // not even the PID can be trusted; the counter will show the hole
            return;
        }
        int control = data[at + 3] & 0xff;
        int header = 4;
        boolean discontinuity = false;
        if ((control & 0x20) != 0) {
            int adaptation = data[at + 4] & 0xff;
            header = 5 + adaptation;
            discontinuity = adaptation > 0 && (data[at + 5] & 0x80) != 0;
            if (discontinuity) {
                onDiscontinuity(number);
            }
        }
        boolean hasPayload = (control & 0x10) != 0;
        if (!hasPayload || !pid.follows(control & 0x0f, discontinuity, counters) || header >= TsFraming.PACKET_BYTES) {
            return;
        }
        if (control >> 6 != 0) {
            onScrambled(pid);
            return;
        }
        pid.onPayload(data, at + header, TsFraming.PACKET_BYTES - header, (data[at + 1] & 0x40) != 0);
    }

    private void onScrambled(TsPid pid) {
        counters.scrambled++;
        pid.onLoss();
        TsStream stream = pid.scrambledFirst();
        if (stream != null) {
            listener.onScrambled(stream);
        }
    }

    /** A new time base holds for all streams whose program has its clock reference here (§2.4.3.5). */
    private void onDiscontinuity(int pcrPid) {
        for (TsPid pid : pids) {
            if (pid != null) {
                pid.onClockRestart(pcrPid);
            }
        }
    }

    private void onAssociation(byte[] section, int length) {
        if (section[0] != 0 || (section[5] & 1) == 0) {
            return;
        }
        try {
            ProgramMap.readAssociation(section, length).forEach(this::addProgram);
        } catch (MalformedException e) {
            counters.badSections++;
        }
    }

    private void addProgram(int program, int mapPid) {
        Integer old = programs.get(program);
        boolean same = old != null && old == mapPid;
        if (same || mapPid < 16 || mapPid == NULL_PID || (old == null && programs.size() >= MAX_PROGRAMS)) {
            return;
        }
        TsPid there = pids[mapPid];
        if (there == null) {
            pids[mapPid] = TsPid.ofSections(new SectionReader(counters, this::onMap));
        } else if (there.stream() != null) {
            return; // a PID that carries media is no table
        }
        programs.put(program, mapPid);
    }

    private void onMap(byte[] section, int length) {
        boolean current = (section[5] & 1) != 0;
        if (section[0] != 2 || !current) {
            return;
        }
        try {
            ProgramMap map = ProgramMap.read(section, length);
            int program = (section[3] & 0xff) << 8 | section[4] & 0xff;
            if (programs.containsKey(program)) {
                endStreamsMissingFrom(map, program);
                map.streams().forEach(stream -> addStream(stream, map.pcrPid()));
            }
        } catch (MalformedException e) {
            counters.badSections++;
        }
    }

    private void endStreamsMissingFrom(ProgramMap map, int program) {
        for (int number = 0; number < PIDS; number++) {
            TsPid pid = pids[number];
            TsStream stream = pid == null ? null : pid.stream();
            if (pid != null
                    && stream != null
                    && stream.program() == program
                    && !map.streams().contains(stream)) {
                pid.flush();
                counters.badUnits += pid.badUnits();
                pids[number] = null;
                streamCount--;
                listener.onStreamEnded(stream);
            }
        }
    }

    private void addStream(TsStream stream, int pcrPid) {
        TsPid there = pids[stream.pid()];
        if (there != null) {
            there.setPcrPid(stream, pcrPid);
            return;
        }
        if (streamCount >= MAX_STREAMS || stream.pid() < 16 || stream.pid() == NULL_PID) {
            return;
        }
        streamCount++;
        ElementaryStream machine = machine(stream);
        PesReader reader = machine == null ? null : new PesReader(counters, machine);
        pids[stream.pid()] = TsPid.ofStream(stream, pcrPid, reader);
        listener.onStream(stream);
    }

    private @Nullable ElementaryStream machine(TsStream stream) {
        Codec codec = stream.codec();
        if (codec == null) {
            return null;
        }
        ProgramClock clock = clocks.computeIfAbsent(stream.program(), program -> new ProgramClock());
        ElementaryStream.Sink sink = frame -> {
            counters.frames++;
            listener.onFrame(stream, frame);
        };
        return switch (codec) {
            case H264 -> new NalStream(codec, new H264Module().accessUnits(RtpFormat.of(codec, 96)), clock, sink);
            case H265 -> new NalStream(codec, new H265Module().accessUnits(RtpFormat.of(codec, 96)), clock, sink);
            case AAC -> new AacStream(stream.streamType() == StreamTypes.LATM, clock, sink);
            case OPUS -> new OpusStream(CodecCatalog.of(codec).depacketizer(opus(stream.opusChannels())), clock, sink);
            default -> throw new IllegalStateException("no machine for " + codec);
        };
    }

    private static RtpFormat opus(int channels) {
        return new RtpFormat(Codec.OPUS, 96, "opus", 48_000, 2, Map.of("sprop-stereo", channels == 1 ? "0" : "1"));
    }

    /** The supported streams as of now. */
    public List<TsStream> streams() {
        List<TsStream> streams = new ArrayList<>();
        for (TsPid pid : pids) {
            TsStream stream = pid == null ? null : pid.stream();
            if (stream != null) {
                streams.add(stream);
            }
        }
        return streams;
    }
}
