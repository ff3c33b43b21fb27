package io.mediatool.cli.street;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A push by FFmpeg, one port a track, and the recording of it. */
final class Push {
    private final Path directory;
    private final Path source;
    private final int port;
    private final List<String> outputs = new ArrayList<>();
    private List<List<byte[]>> sent = List.of();

    Push(Path directory, Path source) {
        this(directory, source, Street.freePorts(4));
    }

    Push(Path directory, Path source, int port) {
        this.port = port;
        this.directory = directory;
        this.source = source;
    }

    /** Where {@link #sdp} says that the first track goes. */
    int port() {
        return port;
    }

    Push video() {
        return track("v", "-rtpflags send_bye");
    }

    Push audio() {
        return track("a", "-rtpflags send_bye");
    }

    Push latm() {
        return track("a", "-rtpflags latm+send_bye");
    }

    /** FFmpeg calls VP9 in RTP experimental. */
    private Push track(String kind, String options) {
        outputs.add("-map 0:" + kind + ":0 -c copy -strict experimental " + options + " -f rtp ");
        return this;
    }

    /** The description of the push, made by a push of a single frame into the void. */
    Path sdp() {
        Path sdp = directory.resolve("push.sdp");
        Street.ffmpeg(directory, "-i " + source + outputs(port, "-t 0.04 ") + " -sdp_file " + sdp);
        return sdp;
    }

    /** Starts the push in real time. */
    Visitor start() {
        return start(port);
    }

    /** The same to ports from {@code first} on. */
    Visitor start(int first) {
        return Street.startFfmpeg(directory, "-re -i " + source + outputs(first, ""));
    }

    private String outputs(int first, String options) {
        var line = new StringBuilder();
        for (int i = 0; i < outputs.size(); i++) {
            line.append(' ')
                    .append(options)
                    .append(outputs.get(i))
                    .append("rtp://127.0.0.1:")
                    .append(first + 2 * i);
        }
        return line.toString();
    }

    /** The datagrams that FFmpeg sent of the {@code index}-th track. */
    List<byte[]> sent(int index) {
        return sent.get(2 * index);
    }

    /** Starts the push when somebody listens. */
    Visitor startWhenBound(Visitor receiver) {
        Street.awaitBound(port, receiver);
        return start();
    }

    /** Records the whole push; the sender's BYE ends it. */
    Path record(String expect, @Nullable String video, @Nullable String audio) {
        Path file = directory.resolve("recorded.mp4");
        var wanted = new ArrayList<String>();
        if (video != null) {
            wanted.add("video=" + video);
        }
        if (audio != null) {
            wanted.add("audio=" + audio);
        }
        try (Fan fan = fan();
                Visitor recorder = Street.mediatool(
                        directory,
                        "record",
                        sdp().toString(),
                        "-o",
                        file.toString(),
                        "--timeout",
                        "20s",
                        expect,
                        String.join(",", wanted))) {
            recorder.awaitLine("listening");
            fan.add(port);
            try (Visitor sender = start(fan.port)) {
                sender.assertExit(0);
                recorder.assertExit(0);
            }
            sent = fan.kept();
        }
        return file;
    }

    private static Fan fan() {
        try {
            return new Fan();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
