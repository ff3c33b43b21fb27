package io.mediatool.core.sdp;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Finds the payload type that an {@code a=fmtp} line means. Cameras exist whose fmtp names another payload type than their
 * rtpmap; to refuse them helps nobody. Such an orphan goes to the one payload type, among those without parameters, whose
 * encoding the parameters fit.
 */
final class SdpFormatParameters {
    /** An {@code a=fmtp} line without its payload type. */
    record Line(int number, String text) {}

    private SdpFormatParameters() {}

    static SortedMap<Integer, String> match(
            List<String> formats,
            SortedMap<Integer, RtpMap> rtpMaps,
            SortedMap<Integer, Line> lines,
            SdpMediaReader.Warnings warnings) {
        SortedMap<Integer, String> matched = new TreeMap<>();
        SortedMap<Integer, Line> orphans = new TreeMap<>();
        lines.forEach((type, line) -> {
            // A dynamic payload type without rtpmap is nobody, even when the m= line lists it.
            boolean known = rtpMaps.containsKey(type) || (type < 96 && formats.contains(String.valueOf(type)));
            if (known) {
                matched.put(type, line.text());
            } else {
                orphans.put(type, line);
            }
        });
        orphans.forEach((type, line) -> {
            Integer target = adopter(line.text(), rtpMaps, matched);
            if (target == null) {
                warnings.warn(line.number(), "a=fmtp of unknown payload type " + type, "ignored");
            } else {
                warnings.warn(line.number(), "a=fmtp of unknown payload type " + type, "taken as that of " + target);
                matched.put(target, line.text());
            }
        });
        return matched;
    }

    private static @Nullable Integer adopter(String text, Map<Integer, RtpMap> rtpMaps, Map<Integer, String> matched) {
        String lower = text.toLowerCase(Locale.ROOT);
        Integer found = null;
        for (RtpMap map : rtpMaps.values()) {
            if (!matched.containsKey(map.payloadType()) && fits(map, lower)) {
                if (found != null) {
                    return null; // two could be meant: better none than the wrong one
                }
                found = map.payloadType();
            }
        }
        return found;
    }

    /** Whether {@code text} has a parameter that only this encoding defines. */
    private static boolean fits(RtpMap map, String text) {
        return switch (map.encodingName().toLowerCase(Locale.ROOT)) {
            case "h264" ->
                text.contains("sprop-parameter-sets")
                        || text.contains("packetization-mode")
                        || (text.contains("profile-level-id") && !text.contains("mode="));
            case "h265", "hevc" ->
                text.contains("sprop-vps") || text.contains("sprop-sps") || text.contains("sprop-pps");
            case "mpeg4-generic" ->
                text.contains("sizelength") || text.contains("mode=aac") || text.contains("config=");
            case "mp4a-latm" -> text.contains("cpresent") || text.contains("config=");
            case "opus" -> text.contains("useinbandfec") || text.contains("stereo") || text.contains("playbackrate");
            case "rtx" -> text.contains("apt=");
            default -> false;
        };
    }
}
