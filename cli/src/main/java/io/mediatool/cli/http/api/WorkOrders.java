package io.mediatool.cli.http.api;

import io.mediatool.cli.http.exchange.Names;
import io.mediatool.cli.http.exchange.Refusal;
import io.mediatool.cli.rooms.FilePattern;
import io.mediatool.cli.rooms.Order;
import io.mediatool.cli.rooms.RefusedWorkException;
import io.mediatool.cli.rooms.Work;
import io.mediatool.cli.rooms.Works;
import io.mediatool.core.codec.Codec;
import io.mediatool.player.PlayerOptions.BFrames;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Reads what somebody wants to go on in a room; refuses with 400 what cannot be, members that are not known included. */
final class WorkOrders {
    private static final int MAX_LIST = 64;
    private static final int MAX_TEXT = 500;
    private static final double MAX_SECONDS = 1e8;

    private WorkOrders() {}

    static Order of(Work.Kind kind, String room, JsonObject json, Works works) throws RefusedWorkException {
        return switch (kind) {
            case RECORDING -> recording(room, json, works);
            case PLAYER -> player(room, json, works);
            case INGEST -> {
                known(json, Set.of("stream", "source", "sdp"));
                String sdp = text(json, "sdp", Integer.MAX_VALUE);
                String source = text(json, "source", MAX_TEXT);
                if ((sdp == null) == (source == null)) {
                    throw new Refusal(400, "either 'source' (rtp://:5004) or 'sdp' (a session description) is needed");
                }
                yield ingest(room, stream(json), sdp == null ? String.valueOf(source) : sdp);
            }
            case FORWARD -> forward(room, json);
        };
    }

    private static Order recording(String room, JsonObject json, Works works) throws RefusedWorkException {
        known(json, Set.of("streams", "file", "segmentSeconds"));
        String file = text(json, "file", MAX_TEXT);
        double segment = number(json, "segmentSeconds", 0);
        if (segment != 0 && segment < 1) {
            throw new Refusal(400, "'segmentSeconds' must be at least 1");
        }
        return new Order.Recording(
                room,
                streams(json),
                works.media(),
                file == null ? FilePattern.USUAL : new FilePattern(file),
                segment == 0 ? null : seconds(segment));
    }

    private static Order player(String room, JsonObject json, Works works) throws RefusedWorkException {
        known(json, Set.of("stream", "file", "files", "loop", "start", "speed", "bFrames", "paused"));
        List<String> names = new ArrayList<>(texts(json, "files"));
        String file = text(json, "file", MAX_TEXT);
        if (file != null) {
            names.add(0, file);
        }
        if (names.isEmpty()) {
            throw new Refusal(400, "'file' or 'files' is needed: names in the media directory");
        }
        List<Path> files = new ArrayList<>();
        for (String name : names) {
            files.add(works.media().existing(name));
        }
        return new Order.Player(
                room,
                stream(json),
                files,
                names,
                loops(json),
                seconds(number(json, "start", 0)),
                speed(json),
                bFrames(json),
                truth(json, "paused"));
    }

    private static BFrames bFrames(JsonObject json) {
        Object value = json.getValue("bFrames");
        return value == null
                ? BFrames.SEND
                : BFrames.of(value.toString())
                        .orElseThrow(() -> new Refusal(400, "'bFrames' must be 'send', 'drop' or 'refuse'"));
    }

    private static double speed(JsonObject json) {
        double speed = number(json, "speed", 1);
        if (!(speed >= 0.01 && speed <= 100)) {
            throw new Refusal(400, "'speed' must be a number from 0.01 to 100");
        }
        return speed;
    }

    /** {@code true} for ever, or a number of rounds. */
    private static int loops(JsonObject json) {
        Object value = json.getValue("loop");
        if (value == null || value.equals(false)) {
            return 1;
        }
        if (value.equals(true)) {
            return 0;
        }
        if (value instanceof Integer rounds && rounds >= 0) {
            return rounds;
        }
        throw new Refusal(400, "'loop' must be true, false or a number of rounds (0 for ever)");
    }

    /** @param text a session description, or rtp:// or udp:// */
    static Order ingest(String room, @Nullable String stream, String text) throws RefusedWorkException {
        return Order.Ingest.read(room, stream, text);
    }

    private static Order forward(String room, JsonObject json) {
        known(json, Set.of("target", "streams", "codecs"));
        String target = text(json, "target", MAX_TEXT);
        if (target == null) {
            throw new Refusal(400, "'target' is needed: rtp://HOST:PORT");
        }
        return new Order.Forward(room, target, streams(json), codecs(json));
    }

    private static Set<Codec> codecs(JsonObject json) {
        Set<Codec> codecs = EnumSet.noneOf(Codec.class);
        for (String name : texts(json, "codecs")) {
            Codec codec = Codec.ofName(name);
            if (codec == null) {
                throw new Refusal(
                        400,
                        "'" + shown(name) + "' is no codec; there are "
                                + Arrays.stream(Codec.values())
                                        .map(Codec::label)
                                        .collect(Collectors.joining(", ")));
            }
            codecs.add(codec);
        }
        return codecs;
    }

    /** What shall be otherwise with a work. */
    static Order.Change change(Work work, JsonObject json) {
        known(
                json,
                switch (work.kind()) {
                    case RECORDING -> Set.of("state", "split");
                    case PLAYER -> Set.of("state", "position", "speed", "loop");
                    case FORWARD -> Set.of("state", "streams", "codecs");
                    case INGEST -> Set.of();
                });
        var change = new Order.Change(
                paused(json),
                json.containsKey("position") ? seconds(number(json, "position", 0)) : null,
                json.containsKey("speed") ? speed(json) : null,
                json.containsKey("loop") ? loops(json) : null,
                json.containsKey("streams") ? streams(json) : null,
                json.containsKey("codecs") ? codecs(json) : null,
                truth(json, "split"));
        if (work.isOver()) {
            throw new Refusal(409, "the " + work.kind().word() + " is over");
        }
        return change;
    }

    private static @Nullable Boolean paused(JsonObject json) {
        Object state = json.getValue("state");
        if (state == null || state.equals("paused") || state.equals("running")) {
            return state == null ? null : state.equals("paused");
        }
        throw new Refusal(400, "'state' must be 'paused' or 'running'");
    }

    private static void known(JsonObject json, Set<String> members) {
        for (String name : json.fieldNames()) {
            if (!members.contains(name)) {
                throw new Refusal(
                        400,
                        "'" + shown(name) + "' is not known here; there are "
                                + members.stream().sorted().collect(Collectors.joining(", ")));
            }
        }
    }

    private static String shown(String text) {
        return text.length() <= 40 ? text : text.substring(0, 40) + "…";
    }

    private static @Nullable String stream(JsonObject json) {
        String name = text(json, "stream", MAX_TEXT);
        return name == null ? null : Names.checked("stream", name);
    }

    private static Set<String> streams(JsonObject json) {
        Set<String> streams = new LinkedHashSet<>();
        texts(json, "streams").forEach(name -> streams.add(Names.checked("stream", name)));
        return streams;
    }

    private static @Nullable String text(JsonObject json, String name, int max) {
        Object value = json.getValue(name);
        if (value == null || value instanceof String text && !text.isEmpty() && text.length() <= max) {
            return (String) value;
        }
        String length = max == Integer.MAX_VALUE ? "" : " of at most " + max + " characters";
        throw new Refusal(400, "'" + name + "' must be a text" + length);
    }

    private static List<String> texts(JsonObject json, String name) {
        Object value = json.getValue(name);
        if (value == null) {
            return List.of();
        }
        List<String> texts = new ArrayList<>();
        if (value instanceof JsonArray array && array.size() <= MAX_LIST) {
            for (Object each : array) {
                if (each instanceof String text && !text.isEmpty() && text.length() <= MAX_TEXT) {
                    texts.add(text);
                }
            }
            if (texts.size() == array.size()) {
                return texts;
            }
        }
        throw new Refusal(400, "'" + name + "' must be a list of at most " + MAX_LIST + " texts");
    }

    private static double number(JsonObject json, String name, double otherwise) {
        Object value = json.getValue(name);
        if (value == null) {
            return otherwise;
        }
        if (value instanceof Number number && number.doubleValue() >= 0 && number.doubleValue() <= MAX_SECONDS) {
            return number.doubleValue();
        }
        throw new Refusal(400, "'" + name + "' must be a number that is not negative");
    }

    private static boolean truth(JsonObject json, String name) {
        Object value = json.getValue(name);
        if (value == null || value instanceof Boolean) {
            return Boolean.TRUE.equals(value);
        }
        throw new Refusal(400, "'" + name + "' must be true or false");
    }

    private static Duration seconds(double seconds) {
        return Duration.ofNanos(Math.round(seconds * 1e9));
    }
}
