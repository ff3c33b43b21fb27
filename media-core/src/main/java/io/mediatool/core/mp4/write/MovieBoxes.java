package io.mediatool.core.mp4.write;

import io.mediatool.core.bits.ByteWriter;
import io.mediatool.core.codec.MediaKind;
import io.mediatool.core.codec.SampleDescription;
import io.mediatool.core.mp4.Mp4TrackSpec;
import io.mediatool.core.mp4.box.BoxWriter;
import io.mediatool.core.mp4.box.SampleEntry;
import io.mediatool.core.rtp.NtpTime;
import java.nio.charset.StandardCharsets;
import java.time.temporal.ChronoUnit;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The movie box that a recording starts with (ISO/IEC 14496-12 §8.2, §8.8.1): tracks without samples. */
final class MovieBoxes {
    static final int TIMESCALE = 1000;
    private static final long SECONDS_1904_TO_1970 = 2_082_844_800L;

    private MovieBoxes() {}

    /** {@code ftyp}. {@code iso6} because data offsets count from the {@code moof}. */
    static void brands(BoxWriter boxes) {
        boxes.start("ftyp");
        boxes.out()
                .ascii("isom")
                .u32(0x200)
                .ascii("isom")
                .ascii("iso2")
                .ascii("iso6")
                .ascii("mp41");
        boxes.end();
    }

    /**
     * The initial {@code moov}.
     *
     * @param ntp wall clock of the movie's zero, or null
     * @param duration in units of {@link #TIMESCALE}, or 0 while it is not known
     */
    static void initial(BoxWriter boxes, List<PendingTrack> tracks, @Nullable Long ntp, long duration) {
        long created = created(ntp);
        boxes.start("moov");
        times(boxes, "mvhd", 0, created, TIMESCALE, 0);
        boxes.out().bytes(movieTail(tracks.size() + 1));
        boxes.end();
        for (PendingTrack track : tracks) {
            track(boxes, track, created);
        }
        boxes.start("mvex");
        if (duration > 0) {
            boxes.start("mehd", 1, 0).out().i64(duration);
            boxes.end();
        }
        for (PendingTrack track : tracks) {
            boxes.start("trex", 0, 0).out().u32(track.id).u32(1).u32(0).u32(0).u32(0);
            boxes.end();
        }
        boxes.end();
        if (ntp != null) {
            userData(boxes, ntp);
        }
        boxes.end();
    }

    private static void track(BoxWriter boxes, PendingTrack track, long created) {
        Mp4TrackSpec spec = track.spec;
        boolean video = spec.kind() == MediaKind.VIDEO;
        boxes.start("trak");
        // Enabled, and part of the movie.
        trackTimes(boxes, 3, created, track.id, 0);
        ByteWriter out = boxes.out()
                .zeros(8)
                .u16(0)
                .u16(video ? 1 : 2)
                .u16(video ? 0 : 0x100)
                .u16(0);
        matrix(out).u16(spec.first().width()).u16(0).u16(spec.first().height()).u16(0);
        boxes.end();
        edits(boxes, track);
        boxes.start("mdia");
        times(boxes, "mdhd", 0, created, spec.timescale(), 0);
        out.u16(language(spec.language())).u16(0);
        boxes.end();
        boxes.start("hdlr", 0, 0);
        out.u32(0)
                .ascii(video ? "vide" : "soun")
                .zeros(12)
                .ascii(video ? "VideoHandler" : "SoundHandler")
                .u8(0);
        boxes.end();
        boxes.start("minf");
        boxes.start(video ? "vmhd" : "smhd", 0, video ? 1 : 0);
        out.zeros(video ? 8 : 4);
        boxes.end();
        boxes.start("dinf").start("dref", 0, 0);
        out.u32(1);
        // The media are in this file.
        boxes.start("url ", 0, 1).end().end().end();
        boxes.start("stbl");
        boxes.start("stsd", 0, 0);
        out.u32(track.descriptions.size());
        for (SampleDescription description : track.descriptions) {
            SampleEntry.write(boxes, description);
        }
        boxes.end();
        for (String empty : new String[] {"stts", "stsc", "stsz", "stco"}) {
            boxes.start(empty, 0, 0).out().zeros(empty.equals("stsz") ? 8 : 4);
            boxes.end();
        }
        boxes.end().end().end().end();
    }

    /** An edit list that says exactly where the media are, although an empty edit counts in milliseconds. */
    private static void edits(BoxWriter boxes, PendingTrack track) {
        long timescale = track.spec.timescale();
        long later = Math.max(0, track.moved());
        long delay = later / timescale * TIMESCALE + (later % timescale * TIMESCALE + timescale - 1) / timescale;
        // As readers rescale it: rounded to the nearest.
        long delayed = delay / TIMESCALE * timescale + (delay % TIMESCALE * timescale + TIMESCALE / 2) / TIMESCALE;
        long mediaStart = track.spec.leadIn() + delayed - track.moved();
        if (delay == 0 && mediaStart == 0) {
            return;
        }
        boxes.start("edts").start("elst", 1, 0);
        ByteWriter out = boxes.out().u32(delay > 0 ? 2 : 1);
        if (delay > 0) {
            out.i64(delay).i64(-1).u32(0x1_0000);
        }
        out.i64(0).i64(mediaStart).u32(0x1_0000);
        boxes.end().end();
    }

    /** Starts a full box with creation and modification time, timescale and duration; 64 bits wide where they must be. */
    static void times(BoxWriter boxes, String type, int flags, long created, long timescale, long duration) {
        boolean wide = created > 0xffff_ffffL || duration >= 0xffff_ffffL;
        ByteWriter out = boxes.start(type, wide ? 1 : 0, flags).out();
        if (wide) {
            out.i64(created).i64(created).u32(timescale).i64(duration);
        } else {
            out.u32(created).u32(created).u32(timescale).u32(duration);
        }
    }

    /** Starts {@code tkhd}, up to its duration. */
    static void trackTimes(BoxWriter boxes, int flags, long created, int id, long duration) {
        boolean wide = created > 0xffff_ffffL || duration >= 0xffff_ffffL;
        ByteWriter out = boxes.start("tkhd", wide ? 1 : 0, flags).out();
        if (wide) {
            out.i64(created).i64(created).u32(id).u32(0).i64(duration);
        } else {
            out.u32(created).u32(created).u32(id).u32(0).u32(duration);
        }
    }

    /** What follows the duration in {@code mvhd}. */
    private static byte[] movieTail(int nextTrackId) {
        ByteWriter out = new ByteWriter(80).u32(0x1_0000).u16(0x100).zeros(10);
        return matrix(out).zeros(24).u32(nextTrackId).toByteArray();
    }

    private static ByteWriter matrix(ByteWriter out) {
        return out.u32(0x1_0000).zeros(12).u32(0x1_0000).zeros(12).u32(0x4000_0000);
    }

    private static int language(String letters) {
        return letters.charAt(0) - 0x60 << 10 | letters.charAt(1) - 0x60 << 5 | letters.charAt(2) - 0x60;
    }

    /** Seconds since 1904, 0 when unknown. */
    static long created(@Nullable Long ntp) {
        return ntp == null ? 0 : Math.max(0, NtpTime.toInstant(ntp).getEpochSecond() + SECONDS_1904_TO_1970);
    }

    /**
     * {@code udta} in the form of iTunes, which all readers show: the date to the microsecond, and the NTP timestamp itself
     * as 16 hexadecimal digits.
     */
    static void userData(BoxWriter boxes, long ntp) {
        boxes.start("udta").start("meta", 0, 0);
        boxes.start("hdlr", 0, 0);
        boxes.out().u32(0).ascii("mdirappl").zeros(9);
        boxes.end();
        boxes.start("ilst");
        boxes.start("©day");
        data(boxes, NtpTime.toInstant(ntp).truncatedTo(ChronoUnit.MICROS).toString());
        boxes.end();
        boxes.start("©too");
        data(boxes, "mediatool");
        boxes.end();
        boxes.start("----");
        name(boxes, "mean", "mediatool");
        name(boxes, "name", "start-ntp");
        data(boxes, HexFormat.of().toHexDigits(ntp));
        boxes.end();
        boxes.end().end().end();
    }

    private static void name(BoxWriter boxes, String type, String text) {
        boxes.start(type, 0, 0).out().ascii(text);
        boxes.end();
    }

    private static void data(BoxWriter boxes, String text) {
        // Type 1: UTF-8.
        boxes.start("data").out().u32(1).u32(0).bytes(text.getBytes(StandardCharsets.UTF_8));
        boxes.end();
    }
}
