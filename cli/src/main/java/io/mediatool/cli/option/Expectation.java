package io.mediatool.cli.option;

import io.mediatool.core.codec.Codec;
import io.mediatool.core.codec.MediaKind;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** What a script expects to have arrived: {@code --expect video=h264,audio=opus --min-frames 100}. */
public final class Expectation {
    @Option(
            names = "--expect",
            paramLabel = "KIND=CODEC",
            split = ",",
            description = "Exit with 4 unless these tracks arrived, e.g. video=h264,audio=opus ('any' for any codec).")
    private @Nullable List<String> tracks;

    @Option(
            names = "--min-frames",
            paramLabel = "N",
            description = "Exit with 4 when fewer video frames arrived (audio frames where there is no video).")
    private long minFrames;

    /** A track that arrived. */
    public record Arrived(Codec codec, long frames) {}

    /** The wanted codec of each kind, null for any. Throws where {@code --expect} makes no sense. */
    public Map<MediaKind, List<@Nullable Codec>> wanted() {
        var wanted = new LinkedHashMap<MediaKind, List<@Nullable Codec>>();
        for (String track : tracks == null ? List.<String>of() : tracks) {
            String[] parts = track.split("=", 2);
            MediaKind kind = switch (parts[0].trim().toLowerCase(Locale.ROOT)) {
                case "video" -> MediaKind.VIDEO;
                case "audio" -> MediaKind.AUDIO;
                default -> throw bad(track);
            };
            String name = parts.length < 2 ? "any" : parts[1].trim();
            Codec codec = name.equals("any") ? null : Codec.ofName(name);
            if (codec == null && !name.equals("any")) {
                throw bad(track);
            }
            wanted.computeIfAbsent(kind, k -> new ArrayList<>()).add(codec);
        }
        return wanted;
    }

    /** What is missing, as one line, or null when all is as expected. */
    public @Nullable String missing(List<Arrived> arrived) {
        var missing = new ArrayList<String>();
        var left = new ArrayList<>(arrived);
        wanted().forEach((kind, codecs) -> {
            for (Codec codec : codecs) {
                var found = left.stream()
                        .filter(track -> track.codec().kind() == kind && (codec == null || track.codec() == codec))
                        .findFirst();
                found.ifPresentOrElse(
                        left::remove,
                        () -> missing.add("no " + kind.label() + (codec == null ? "" : " in " + codec.label())));
            }
        });
        long frames = frames(arrived);
        if (frames < minFrames) {
            missing.add("only " + frames + " of " + minFrames + " frames");
        }
        return missing.isEmpty() ? null : String.join(", ", missing);
    }

    private static long frames(List<Arrived> arrived) {
        boolean video = arrived.stream().anyMatch(track -> track.codec().kind() == MediaKind.VIDEO);
        return arrived.stream()
                .filter(track -> !video || track.codec().kind() == MediaKind.VIDEO)
                .mapToLong(Arrived::frames)
                .max()
                .orElse(0);
    }

    private static TypeConversionException bad(String track) {
        String known = Arrays.stream(Codec.values()).map(Codec::label).collect(Collectors.joining(", "));
        return new TypeConversionException(
                "--expect: '" + track + "' is not KIND=CODEC; kinds are video and audio, codecs " + known + " or any");
    }
}
