package io.mediatool.core.signalling.webrtc;

import io.mediatool.core.codec.Codec;
import io.mediatool.core.codec.RtpFormat;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Which of a viewer's payload types can play what a publisher sends, untouched. */
final class FormatMatch {
    private static final int NO = Integer.MAX_VALUE;
    private static final Pattern PROFILE_LEVEL_ID = Pattern.compile("[0-9a-f]{6}");
    private static final Pattern NUMBER = Pattern.compile("[0-9]{1,3}");

    /** H.264 profiles that browsers name; {@code OTHER} equals only itself, by profile_idc. */
    private enum Profile {
        CONSTRAINED_BASELINE,
        BASELINE,
        MAIN,
        EXTENDED,
        CONSTRAINED_HIGH,
        HIGH,
        OTHER
    }

    private FormatMatch() {}

    /** The payload type that fits {@code sent} best, the viewer's preference deciding between equals; null when none does. */
    static @Nullable RtpCodec best(RtpFormat sent, List<RtpCodec> offered) {
        RtpCodec best = null;
        int least = NO;
        for (RtpCodec each : offered) {
            int distance = distance(sent, each.format());
            if (distance < least) {
                best = each;
                least = distance;
            }
        }
        return best;
    }

    /** 0 when both say the same, more when the viewer's is wider, {@link #NO} when it cannot play it. */
    private static int distance(RtpFormat sent, RtpFormat taken) {
        boolean audio = sent.channels() == taken.channels() || sent.codec() == Codec.OPUS; // RFC 7587 §7: always 2
        if (sent.codec() != taken.codec() || sent.clockRate() != taken.clockRate() || !audio) {
            return NO;
        }
        if (sent.isRedundant() != taken.isRedundant()) {
            return sent.isRedundant() ? 1 : NO; // RED is unwrapped for who does not take it, and never made here
        }
        return switch (sent.codec()) {
            case H264 -> h264(sent, taken);
            // RFC 9628 §6: profiles exclude each other.
            case VP9 -> number(sent, "profile-id", 0) == number(taken, "profile-id", 0) ? 0 : NO;
            // AV1 §A.2: decoders of a profile play those below. RFC 7798 §7.1: Main (1) is part of Main 10 (2).
            case AV1 -> wider(number(sent, "profile", 0), number(taken, "profile", 0), 2);
            case H265 -> wider(number(sent, "profile-id", 1), number(taken, "profile-id", 1), 2);
            default -> 0;
        };
    }

    private static int wider(int sent, int taken, int max) {
        if (sent == taken) {
            return 0;
        }
        return sent < taken && taken <= max ? taken - sent : NO;
    }

    /**
     * Levels are not compared: browsers write 3.1 and decode what comes. Packets of mode 0 are good for receivers of mode 1,
     * not the other way round (RFC 6184 §6.2, §6.3).
     */
    private static int h264(RtpFormat sent, RtpFormat taken) {
        int modeSent = number(sent, "packetization-mode", 0);
        int modeTaken = number(taken, "packetization-mode", 0);
        if (modeSent > modeTaken || modeTaken > 1) {
            return NO;
        }
        String id = sent.parameter("profile-level-id", "").toLowerCase(Locale.ROOT);
        int distance = modeTaken - modeSent;
        if (!PROFILE_LEVEL_ID.matcher(id).matches()) {
            return distance; // plain RTP often does not tell; the bitstream may be anything
        }
        // A viewer that says nothing takes what every browser takes.
        String other = taken.parameter("profile-level-id", "42e01f").toLowerCase(Locale.ROOT);
        if (!PROFILE_LEVEL_ID.matcher(other).matches()) {
            return NO;
        }
        int profile = profiles(id, other);
        return profile == NO ? NO : profile * 2 + distance;
    }

    /**
     * 0 for the same, 1 where the sent one is a part of the other, 2 where it is but for what nobody sends: Baseline has arbitrary slice
     * order and redundant slices beyond Constrained Baseline, which no browser or encoder of today makes, yet Chromium's first
     * choice of H.264 is 42001f.
     */
    private static int profiles(String sent, String taken) {
        Profile from = profile(sent);
        Profile to = profile(taken);
        if (from == to) {
            return from != Profile.OTHER || sent.regionMatches(0, taken, 0, 2) ? 0 : NO;
        }
        return switch (from) {
            case CONSTRAINED_BASELINE -> to != Profile.OTHER ? 1 : NO;
            case BASELINE -> to == Profile.EXTENDED ? 1 : to != Profile.OTHER ? 2 : NO;
            case MAIN -> to == Profile.HIGH ? 1 : NO;
            case CONSTRAINED_HIGH -> to == Profile.HIGH ? 1 : NO;
            default -> NO;
        };
    }

    /** RFC 6184 §8.1, table 5: profile_idc and the constraint flags in the byte after it. */
    private static Profile profile(String id) {
        int idc = Integer.parseInt(id.substring(0, 2), 16);
        int flags = Integer.parseInt(id.substring(2, 4), 16);
        return switch (idc) {
            case 0x42 -> (flags & 0x40) != 0 ? Profile.CONSTRAINED_BASELINE : Profile.BASELINE;
            case 0x4d -> (flags & 0x80) != 0 ? Profile.CONSTRAINED_BASELINE : Profile.MAIN;
            case 0x58 -> (flags & 0xc0) == 0xc0 ? Profile.CONSTRAINED_BASELINE : Profile.EXTENDED;
            case 0x64 -> (flags & 0x0c) == 0x0c ? Profile.CONSTRAINED_HIGH : Profile.HIGH;
            default -> Profile.OTHER;
        };
    }

    private static int number(RtpFormat format, String key, int fallback) {
        String digits = format.parameter(key, "");
        return NUMBER.matcher(digits).matches() ? Integer.parseInt(digits) : fallback;
    }
}
