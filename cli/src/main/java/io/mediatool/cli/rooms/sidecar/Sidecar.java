package io.mediatool.cli.rooms.sidecar;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.mediatool.cli.terminal.Json;
import io.mediatool.core.codec.CodecModule;
import io.mediatool.core.codec.MediaKind;
import io.mediatool.core.codec.catalog.CodecCatalog;
import io.mediatool.core.mp4.Mp4Summary;
import io.mediatool.core.mp4.Mp4TrackSummary;
import io.mediatool.recorder.file.RecordedFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** {@code talk.json} beside {@code talk.mp4}: written when the file begins, and again, whole, when it is complete. */
public final class Sidecar {
    private static final int VERSION = 1;
    private static final int MAX_BYTES = 4 << 20;

    private Sidecar() {}

    /**
     * Whose recording it is.
     *
     * @param stream empty where all streams of the room go into one file
     */
    public record Subject(String recording, String room, String stream) {}

    /** Where it lies. */
    public static Path of(Path file) {
        Path name = file.getFileName();
        String text = String.valueOf(name);
        int dot = text.lastIndexOf('.');
        return file.resolveSibling((dot > 0 ? text.substring(0, dot) : text) + ".json");
    }

    /** What is known when a file begins: after a crash it is all there is. */
    public static void begin(Path file, Subject subject, Instant now) throws IOException {
        Map<String, Object> json = head(file, subject, "recording");
        json.put("openedAt", shown(now));
        write(of(file), json);
    }

    /** What is known when it is complete. */
    public static void complete(RecordedFile file, Subject subject, Instant now) throws IOException {
        Map<String, Object> json = head(file.path(), subject, file.failure() == null ? "complete" : "failed");
        String failure = file.failure();
        if (failure != null) {
            json.put("failure", failure);
        }
        Instant startedAt = file.startedAt();
        if (startedAt != null) {
            json.put("startedAt", shown(startedAt));
            json.put("endedAt", shown(startedAt.plusNanos(file.durationNs())));
        }
        json.put("writtenAt", shown(now));
        json.put("durationSeconds", seconds(file.durationNs()));
        json.put("bytes", file.bytes());
        List<Map<String, Object>> tracks = new ArrayList<>();
        for (RecordedFile.Track track : file.tracks()) {
            tracks.add(track(track, startedAt));
        }
        json.put("tracks", tracks);
        write(of(file.path()), json);
    }

    /** After a crash: what was known when the file began, and what the repaired file tells by itself. */
    public static void repaired(Path file, Mp4Summary summary, Instant now) throws IOException {
        Map<String, String> before = texts(of(file));
        Subject subject = new Subject(
                before.getOrDefault("recording", ""),
                before.getOrDefault("room", ""),
                before.getOrDefault("stream", ""));
        Map<String, Object> json = head(file, subject, "repaired");
        put(json, "openedAt", before.getOrDefault("openedAt", ""));
        json.put("writtenAt", shown(now));
        json.put("durationSeconds", seconds(summary.durationNs()));
        json.put("bytes", summary.sizeBytes());
        json.put("cutBytes", summary.cutBytes());
        json.put("tracks", summary.tracks().stream().map(Sidecar::track).toList());
        write(of(file), json);
    }

    /**
     * What is told of {@code file} in texts and numbers, by name; empty when there is nothing, or nothing of ours.
     *
     * @param file the recording
     */
    public static Map<String, String> read(Path file) {
        Map<String, String> told = texts(of(file));
        boolean isOfIt = told.containsKey("mediatool")
                && String.valueOf(file.getFileName()).equals(told.get("file"));
        return isOfIt ? told : Map.of();
    }

    /** Deletes what stands beside {@code file}, unless somebody else has put it there. */
    public static void delete(Path file) throws IOException {
        if (!read(file).isEmpty()) {
            Files.deleteIfExists(of(file));
        }
    }

    private static Map<String, Object> head(Path file, Subject subject, String state) {
        var json = new LinkedHashMap<String, Object>();
        json.put("mediatool", VERSION);
        json.put("state", state);
        json.put("file", String.valueOf(file.getFileName()));
        put(json, "recording", subject.recording);
        put(json, "room", subject.room);
        put(json, "stream", subject.stream);
        return json;
    }

    private static void put(Map<String, Object> json, String name, String text) {
        if (!text.isEmpty()) {
            json.put(name, text);
        }
    }

    private static Map<String, Object> track(Mp4TrackSummary track) {
        var json = new LinkedHashMap<String, Object>();
        json.put("kind", track.track().kind().label());
        if (!track.track().descriptions().isEmpty()) {
            CodecModule module = CodecCatalog.ofSampleEntry(
                    track.track().descriptions().get(0).type());
            put(json, "codec", module == null ? "" : module.codec().label());
        }
        json.put("startSeconds", seconds(track.startNs()));
        json.put("durationSeconds", seconds(track.durationNs()));
        json.put("frames", track.samples());
        json.put("bytes", track.mediaBytes());
        return json;
    }

    private static Map<String, Object> track(RecordedFile.Track track, @Nullable Instant startedAt) {
        var json = new LinkedHashMap<String, Object>();
        json.put("id", track.id());
        put(json, "stream", track.stream());
        json.put("codec", track.config().codec().label());
        if (track.config().codec().kind() == MediaKind.VIDEO) {
            json.put("width", track.config().width());
            json.put("height", track.config().height());
            json.put("keyFrames", track.keyFrames());
        } else {
            json.put("sampleRate", track.config().sampleRate());
            json.put("channels", track.config().channels());
        }
        if (startedAt != null) {
            json.put("firstFrameAt", shown(startedAt.plusNanos(track.startNs())));
        }
        json.put("startSeconds", seconds(track.startNs()));
        json.put("durationSeconds", seconds(track.durationNs()));
        json.put("frames", track.frames());
        json.put("bytes", track.bytes());
        json.put("packetsLost", track.lost());
        List<Map<String, Object>> gaps = new ArrayList<>();
        for (RecordedFile.Gap gap : track.gaps()) {
            var each = new LinkedHashMap<String, Object>();
            each.put("startSeconds", seconds(gap.startNs()));
            each.put("durationSeconds", seconds(gap.lengthNs()));
            each.put("packetsLost", gap.lost());
            gaps.add(each);
        }
        json.put("gaps", gaps);
        if (track.gapCount() > track.gaps().size()) {
            json.put("gapsNotListed", track.gapCount() - track.gaps().size());
        }
        return json;
    }

    private static String shown(Instant instant) {
        return instant.truncatedTo(ChronoUnit.MICROS).toString();
    }

    private static double seconds(long ns) {
        return Math.round(ns / 1e3) / 1e6;
    }

    /** Whoever looks sees the one before or this one, never half of one. */
    private static void write(Path path, Map<String, Object> json) throws IOException {
        if (Files.exists(path, LinkOption.NOFOLLOW_LINKS) && !texts(path).containsKey("mediatool")) {
            throw new IOException(path.getFileName() + " is there and none of ours; it is left as it is");
        }
        Path half = path.resolveSibling("." + path.getFileName() + ".part");
        try {
            try (FileChannel out = FileChannel.open(
                    half,
                    StandardOpenOption.CREATE,
                    StandardOpenOption.WRITE,
                    StandardOpenOption.TRUNCATE_EXISTING,
                    LinkOption.NOFOLLOW_LINKS)) {
                ByteBuffer bytes = ByteBuffer.wrap((Json.print(json) + "\n").getBytes(StandardCharsets.UTF_8));
                while (bytes.hasRemaining()) {
                    out.write(bytes);
                }
                out.force(true);
            }
            Files.move(half, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            Files.deleteIfExists(half);
            throw e;
        }
    }

    /** The texts and numbers of its outermost object; empty when it is none, or cannot be read. */
    private static Map<String, String> texts(Path path) {
        var texts = new LinkedHashMap<String, String>();
        try {
            if (!Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS) || Files.size(path) > MAX_BYTES) {
                return texts;
            }
            try (JsonParser in = new JsonFactory().createParser(Files.readString(path))) {
                if (in.nextToken() != JsonToken.START_OBJECT) {
                    return texts;
                }
                while (in.nextToken() == JsonToken.FIELD_NAME) {
                    String name = in.currentName();
                    JsonToken value = in.nextToken();
                    if (value == JsonToken.VALUE_STRING || value.isNumeric()) {
                        texts.put(name, in.getText());
                    } else {
                        in.skipChildren();
                    }
                }
            }
        } catch (IOException e) {
            texts.put("broken", String.valueOf(e.getMessage()).toLowerCase(Locale.ROOT));
        }
        return texts;
    }
}
