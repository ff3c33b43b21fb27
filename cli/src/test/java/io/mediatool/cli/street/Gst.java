package io.mediatool.cli.street;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/** A push by {@code gst-launch-1.0} of several files at once, each from a port of its own, in real time. */
final class Gst {
    private static final Pattern FIELD = Pattern.compile("([\\w-]+)=\\((\\w+)\\)(\"(?:[^\"\\\\]|\\\\.)*\"|[^,]*)");

    private final Path directory;
    private final List<String> chains = new ArrayList<>();
    private final int port;

    /** @param most tracks that will be added */
    Gst(Path directory, int most) {
        this.directory = directory;
        this.port = Street.freePorts(2 * most);
    }

    /** Adds a track: a file and what makes RTP of it. */
    Gst track(Path file, String chain) {
        chains.add("filesrc location=" + file + " ! " + chain);
        return this;
    }

    /** The port of the {@code index}-th track. */
    int port(int index) {
        return port + 2 * index;
    }

    String url(int index) {
        return "rtp://127.0.0.1:" + port(index);
    }

    /** Pushes all to the end. */
    void push() {
        var pipeline = new StringBuilder("-q");
        for (int i = 0; i < chains.size(); i++) {
            pipeline.append(' ')
                    .append(chains.get(i))
                    .append(" ! udpsink host=127.0.0.1 port=")
                    .append(port(i));
        }
        run(pipeline.toString());
    }

    private Visitor run(String pipeline) {
        try (Visitor gst = Street.gstreamer(directory, pipeline)) {
            gst.assertExit(0);
            return gst;
        }
    }

    /** GStreamer describes streams by caps ({@code -v} prints them); the same in the words of SDP, field by field. */
    Path sdp() throws IOException {
        var pipeline = new StringBuilder("-v");
        for (int i = 0; i < chains.size(); i++) {
            pipeline.append(' ')
                    .append(chains.get(i))
                    .append(" ! fakesink name=track")
                    .append(i);
        }
        String printed = "";
        // Its threads print at once, and now and then a line is lost among the others.
        for (int attempt = 0; attempt < 3 && !describesAll(printed); attempt++) {
            printed = run(pipeline.toString()).out();
        }
        var sdp = new StringBuilder("v=0\no=- 0 0 IN IP4 127.0.0.1\ns=gst\nc=IN IP4 127.0.0.1\nt=0 0\n");
        for (int i = 0; i < chains.size(); i++) {
            String all = printed;
            String caps = caps(all, i).orElseThrow(() -> new AssertionError("no caps\n" + all));
            sdp.append(medium(caps, port(i)));
        }
        return Files.writeString(directory.resolve("gst.sdp"), sdp);
    }

    private boolean describesAll(String printed) {
        return IntStream.range(0, chains.size()).allMatch(i -> caps(printed, i).isPresent());
    }

    private static Optional<String> caps(String printed, int track) {
        String sink = "GstFakeSink:track" + track + ".GstPad:sink: caps = application/x-rtp";
        return printed.lines().filter(line -> line.contains(sink)).findFirst();
    }

    private static String medium(String caps, int port) {
        String type = "";
        String encoding = "";
        String rate = "";
        String channels = "";
        String payload = "";
        var parameters = new ArrayList<String>();
        var fields = FIELD.matcher(caps);
        while (fields.find()) {
            String value = fields.group(3).replace("\"", "").replace("\\", "").strip();
            switch (fields.group(1)) {
                case "media" -> type = value;
                case "encoding-name" -> encoding = value;
                case "clock-rate" -> rate = value;
                case "encoding-params" -> channels = "/" + value;
                case "payload" -> payload = value;
                case "ssrc", "timestamp-offset", "seqnum-offset", "a-framerate", "channels" -> {}
                default -> parameters.add(fields.group(1) + "=" + value);
            }
        }
        String fmtp = parameters.isEmpty() ? "" : "a=fmtp:" + payload + " " + String.join("; ", parameters) + "\n";
        return "m=" + type + " " + port + " RTP/AVP " + payload + "\na=rtpmap:" + payload + " " + encoding + "/" + rate
                + channels + "\n" + fmtp;
    }
}
