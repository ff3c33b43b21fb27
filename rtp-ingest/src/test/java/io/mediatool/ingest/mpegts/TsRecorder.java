package io.mediatool.ingest.mpegts;

import io.mediatool.ingest.elementary.TimedFrame;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;

/** Writes down what a demuxer tells, in lines that compare well. */
final class TsRecorder implements TsListener {
    private static final long WRAP = 1L << 33;

    final List<String> events = new ArrayList<>();
    final List<TsStream> streams = new ArrayList<>();
    final List<TimedFrame> frames = new ArrayList<>();
    final List<Integer> pids = new ArrayList<>();

    @Override
    public void onStream(TsStream stream) {
        streams.add(stream);
        events.add("stream " + stream.pid() + " " + stream.name());
    }

    @Override
    public void onFrame(TsStream stream, TimedFrame frame) {
        frames.add(frame);
        pids.add(stream.pid());
        events.add("frame " + stream.pid());
    }

    @Override
    public void onStreamEnded(TsStream stream) {
        events.add("ended " + stream.pid());
    }

    @Override
    public void onScrambled(TsStream stream) {
        events.add("scrambled " + stream.pid());
    }

    /** The frames of one stream: PTS, DTS, key frame or not, hash of the sample. */
    List<String> lines(int pid) {
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < frames.size(); i++) {
            if (pids.get(i) == pid) {
                TimedFrame frame = frames.get(i);
                lines.add((frame.pts() & (WRAP - 1)) + " " + (frame.dts() & (WRAP - 1)) + " "
                        + (frame.frame().keyFrame() ? "K " : "- ")
                        + hash(frame.frame().data()));
            }
        }
        return lines;
    }

    List<TimedFrame> of(int pid) {
        List<TimedFrame> found = new ArrayList<>();
        for (int i = 0; i < frames.size(); i++) {
            if (pids.get(i) == pid) {
                found.add(frames.get(i));
            }
        }
        return found;
    }

    static byte[] fixture(String name) throws IOException {
        try (InputStream in = Objects.requireNonNull(TsRecorder.class.getResourceAsStream(name), name)) {
            return in.readAllBytes();
        }
    }

    private static String hash(byte[] data) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(data), 0, 8);
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }
}
