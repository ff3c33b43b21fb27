package io.mediatool.player;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What to play, and how. Made by {@link #defaults} and the {@code with…} methods.
 *
 * @param files one after the other, at least one
 * @param loops how often the whole list is played; 0 for ever
 * @param start where each round begins, on the clock of the list: pictures from the last sync sample at or before it,
 *     sound from the same instant
 * @param duration how long to play, all rounds together; null until the end
 * @param speed 1 as recorded, 2 twice as fast, {@link Double#POSITIVE_INFINITY} as fast as it goes. Scales the pace only:
 *     timestamps and sender reports stay those of the file
 * @param audio whether sound is played
 * @param video whether pictures are played
 * @param bFrames what becomes of pictures that are shown before others that are decoded first
 * @param maxPacketBytes the most that one RTP packet may take, header included, 128 to 65000
 */
public record PlayerOptions(
        List<Path> files,
        int loops,
        Duration start,
        @Nullable Duration duration,
        double speed,
        boolean audio,
        boolean video,
        BFrames bFrames,
        int maxPacketBytes) {

    /** What becomes of B-frames. WebRTC's receivers show pictures in the order of their coming: theirs come unevenly, or not at all. */
    public enum BFrames {
        /** They are sent, as recorders and receivers of plain RTP can have them. */
        SEND,
        /** Those of H.264 that no other picture refers to are left out: fewer pictures, evenly. */
        DROP,
        /** A file that has them is not played. */
        REFUSE;

        /** The one that is called so, in small letters. */
        public static Optional<BFrames> of(String word) {
            return Arrays.stream(values())
                    .filter(each -> each.name().toLowerCase(Locale.ROOT).equals(word))
                    .findFirst();
        }
    }

    /** Fits every path of the Internet with room for SRTP, TURN and tunnels. */
    public static final int DEFAULT_MAX_PACKET_BYTES = 1200;

    public PlayerOptions {
        files = List.copyOf(files);
        if (files.isEmpty()) {
            throw new IllegalArgumentException("no file to play");
        }
        if (loops < 0) {
            throw new IllegalArgumentException("loops must not be negative: " + loops);
        }
        if (start.isNegative()) {
            throw new IllegalArgumentException("start must not be negative: " + start);
        }
        if (duration != null && (duration.isNegative() || duration.isZero())) {
            throw new IllegalArgumentException("duration must be positive: " + duration);
        }
        if (!(speed > 0)) {
            throw new IllegalArgumentException("speed must be positive: " + speed);
        }
        if (maxPacketBytes < 128 || maxPacketBytes > 65_000) {
            throw new IllegalArgumentException("packet size " + maxPacketBytes + " is not in 128 to 65000");
        }
    }

    /** Everything once, at its own pace. */
    public static PlayerOptions defaults(List<Path> files) {
        return new PlayerOptions(files, 1, Duration.ZERO, null, 1, true, true, BFrames.SEND, DEFAULT_MAX_PACKET_BYTES);
    }

    public PlayerOptions withLoops(int loops) {
        return new PlayerOptions(files, loops, start, duration, speed, audio, video, bFrames, maxPacketBytes);
    }

    public PlayerOptions withStart(Duration start) {
        return new PlayerOptions(files, loops, start, duration, speed, audio, video, bFrames, maxPacketBytes);
    }

    public PlayerOptions withDuration(@Nullable Duration duration) {
        return new PlayerOptions(files, loops, start, duration, speed, audio, video, bFrames, maxPacketBytes);
    }

    public PlayerOptions withSpeed(double speed) {
        return new PlayerOptions(files, loops, start, duration, speed, audio, video, bFrames, maxPacketBytes);
    }

    public PlayerOptions withAudio(boolean audio) {
        return new PlayerOptions(files, loops, start, duration, speed, audio, video, bFrames, maxPacketBytes);
    }

    public PlayerOptions withVideo(boolean video) {
        return new PlayerOptions(files, loops, start, duration, speed, audio, video, bFrames, maxPacketBytes);
    }

    public PlayerOptions withBFrames(BFrames bFrames) {
        return new PlayerOptions(files, loops, start, duration, speed, audio, video, bFrames, maxPacketBytes);
    }

    public PlayerOptions withMaxPacketBytes(int maxPacketBytes) {
        return new PlayerOptions(files, loops, start, duration, speed, audio, video, bFrames, maxPacketBytes);
    }
}
