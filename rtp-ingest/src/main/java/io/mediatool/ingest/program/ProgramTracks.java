package io.mediatool.ingest.program;

import io.mediatool.core.bits.MalformedException;
import io.mediatool.core.codec.Codec;
import io.mediatool.core.codec.DecoderConfig;
import io.mediatool.core.codec.MediaKind;
import io.mediatool.core.codec.RtpFormat;
import io.mediatool.core.codec.catalog.CodecCatalog;
import io.mediatool.core.rtp.NtpTime;
import io.mediatool.ingest.elementary.TimedFrame;
import io.mediatool.ingest.mpegts.TsDemuxer;
import io.mediatool.ingest.mpegts.TsListener;
import io.mediatool.ingest.mpegts.TsStatistics;
import io.mediatool.ingest.mpegts.TsStream;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** The tracks of one transport stream. Their number is bounded by the demuxer's. */
public final class ProgramTracks {
    private static final int FIRST_PAYLOAD_TYPE = 96;
    private static final int PAYLOAD_TYPES = 32;
    /** New tracks that one transport stream may make by changing its audio configuration over and over. */
    private static final int MAX_TRACKS = 128;

    private final String name;
    private final TrackPublisher publisher;
    private final InstantSource wallClock;
    private final RandomGenerator random;
    private final TsDemuxer demuxer = new TsDemuxer(new Frames());
    private final Map<TsStream, ProgramTrack> tracks = new HashMap<>();
    private final Map<Integer, ProgramTimeline> timelines = new HashMap<>();
    private final List<ProgramTrack> all = new ArrayList<>();

    private long nowNs;
    private boolean anchored;
    private long ntpOfZero;
    private long droppedFrames;

    /**
     * @param name of the input, for lines
     * @param random for SSRCs and first sequence numbers
     */
    public ProgramTracks(String name, TrackPublisher publisher, InstantSource wallClock, RandomGenerator random) {
        this.name = name;
        this.publisher = publisher;
        this.wallClock = wallClock;
        this.random = random;
    }

    /** Takes the next bytes of the stream, borrowed until return. */
    public void feed(byte[] data, int offset, int length, long arrivalNs) {
        nowNs = arrivalNs;
        demuxer.feed(data, offset, length);
    }

    /** Datagrams before the next bytes are missing. */
    public void onLoss() {
        demuxer.onLoss();
    }

    /** Nothing came for a while: delivers what is complete, as arrived with the bytes that came last. */
    public void onPause() {
        demuxer.flush();
    }

    /** The sender is gone: delivers what is complete, likewise, and ends the tracks. */
    public void end(long endNs) {
        demuxer.flush();
        all.forEach(track -> track.source().end(endNs));
    }

    public TsStatistics statistics() {
        return demuxer.statistics();
    }

    /** Frames that came before their stream told its configuration, or that could not be cut into packets. */
    public long droppedFrames() {
        return droppedFrames;
    }

    private void onFrame(TsStream stream, TimedFrame timed) {
        DecoderConfig config = timed.frame().config();
        ProgramTrack track = tracks.get(stream);
        if (track == null && config == null) {
            droppedFrames++; // nothing could decode it: the stream was joined in the middle
            return;
        }
        ProgramTimeline timeline = timelines.computeIfAbsent(stream.program(), program -> new ProgramTimeline());
        boolean fresh = track == null;
        if (config != null && (track == null || isOtherAudio(track, config))) {
            if (track != null) {
                publisher.line(name + ": the audio of PID " + stream.pid() + " changed to " + config.sampleRate()
                        + " Hz, " + config.channels() + " channels: goes on as a new track");
                track.source().end(nowNs);
            }
            track = newTrack(stream, config);
            if (track == null) {
                droppedFrames++;
                return;
            }
            fresh = true;
        }
        if (track == null) {
            return;
        }
        if (timed.discontinuity() || fresh) {
            track.shift(timed.discontinuity() ? timeline.shiftAfterJump(timed.dts(), nowNs) : timeline.shift());
        }
        if (!anchored) {
            anchored = true;
            ntpOfZero = NtpTime.plusNs(NtpTime.ofInstant(wallClock.instant()), -(timed.dts() * 100_000L / 9));
        }
        try {
            track.send(timed.frame(), timed.clockRate(), ntpOfZero, nowNs);
            timeline.onSent(timed.dts() + track.shift(), nowNs);
        } catch (MalformedException e) {
            droppedFrames++;
        }
    }

    /** Video repeats its parameter sets in band; audio is described once, outside, so a change needs a new track. */
    private static boolean isOtherAudio(ProgramTrack track, DecoderConfig config) {
        return config.codec().kind() == MediaKind.AUDIO && !track.config().equals(config);
    }

    private @Nullable ProgramTrack newTrack(TsStream stream, DecoderConfig config) {
        if (all.size() == MAX_TRACKS) {
            return null;
        }
        Codec codec = config.codec();
        int payloadType = FIRST_PAYLOAD_TYPE + all.size() % PAYLOAD_TYPES;
        RtpFormat format = CodecCatalog.of(codec).formatOf(config, payloadType);
        var source = publisher.publish(codec.kind(), List.of(format));
        var track = new ProgramTrack(source, format, config, random.nextInt(), random.nextInt(0x8000));
        tracks.put(stream, track);
        all.add(track);
        return track;
    }

    private final class Frames implements TsListener {
        @Override
        public void onStream(TsStream stream) {
            if (stream.codec() == null) {
                publisher.line(
                        name + ": " + stream.name() + " (PID " + stream.pid() + ") is not supported and left out");
            }
        }

        @Override
        public void onFrame(TsStream stream, TimedFrame frame) {
            ProgramTracks.this.onFrame(stream, frame);
        }

        @Override
        public void onStreamEnded(TsStream stream) {
            ProgramTrack track = tracks.remove(stream);
            if (track != null) {
                track.source().end(nowNs);
            }
        }

        @Override
        public void onScrambled(TsStream stream) {
            publisher.line(name + ": " + stream.name() + " (PID " + stream.pid()
                    + ") is scrambled: nothing can come of it without its key");
        }
    }
}
