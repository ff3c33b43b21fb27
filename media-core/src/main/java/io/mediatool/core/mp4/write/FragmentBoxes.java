package io.mediatool.core.mp4.write;

import io.mediatool.core.bits.ByteWriter;
import io.mediatool.core.mp4.box.BoxWriter;
import java.util.List;

/** Builds {@code prft}, {@code moof} and the header of {@code mdat} for the pending samples (ISO/IEC 14496-12 §8.8). */
final class FragmentBoxes {
    private static final int SYNC = 0x200_0000;
    private static final int NON_SYNC = 0x101_0000;
    private static final int BASE_IS_MOOF = 0x2_0000;

    private FragmentBoxes() {}

    /** {@code prft} (§8.16.5): the wall clock at a media time; flags 0: when the encoder took the frame in. */
    static void reference(BoxWriter boxes, int trackId, long ntp, long mediaTime) {
        boxes.start("prft", 1, 0);
        boxes.out().u32(trackId).i64(ntp).i64(mediaTime);
        boxes.end();
    }

    /** Media time as an NTP difference. Adding it and taking it away again is exact. */
    static long ntpOffset(long units, int timescale) {
        return (Math.floorDiv(units, timescale) << 32) + (Math.floorMod(units, (long) timescale) << 32) / timescale;
    }

    /** {@code moof} and the header of the {@code mdat} that holds the data of {@code tracks} one after the other. */
    static void fragment(BoxWriter boxes, long sequence, List<PendingTrack> tracks) {
        int start = (int) boxes.size();
        int[] offsetFields = new int[tracks.size()];
        boxes.start("moof");
        boxes.start("mfhd", 0, 0).out().u32(sequence);
        boxes.end();
        for (int i = 0; i < offsetFields.length; i++) {
            offsetFields[i] = traf(boxes, tracks.get(i));
        }
        boxes.end();
        long offset = boxes.size() - start + 8;
        long bytes = 8;
        for (int i = 0; i < offsetFields.length; i++) {
            boxes.out().setU32(offsetFields[i], offset + bytes - 8);
            bytes += tracks.get(i).data().size();
        }
        boxes.out().u32(bytes);
        boxes.type("mdat");
    }

    /** Returns where the run's data offset is to be filled in. */
    private static int traf(BoxWriter boxes, PendingTrack track) {
        boolean oneDuration = true;
        boolean offsets = false;
        boolean laterSync = false;
        boolean allSync = true;
        for (int i = 0; i < track.count(); i++) {
            oneDuration &= track.duration(i) == track.duration(0);
            offsets |= track.ctsOffset(i) != 0;
            laterSync |= i > 0 && track.sync(i);
            allSync &= track.sync(i);
        }
        // Usual runs need no flags for each sample: sound, and pictures with one key frame in front.
        boolean everyFlags = laterSync && !allSync;
        boxes.start("traf");
        int description = track.description() + 1;
        int has = BASE_IS_MOOF | 0x20 | (oneDuration ? 8 : 0) | (description > 1 ? 2 : 0);
        ByteWriter out = boxes.start("tfhd", 0, has).out().u32(track.id);
        if (description > 1) {
            out.u32(description);
        }
        if (oneDuration) {
            out.u32(track.duration(0));
        }
        out.u32(allSync ? SYNC : NON_SYNC);
        boxes.end();
        boxes.start("tfdt", 1, 0).out().i64(track.firstDts() + track.spec.leadIn());
        boxes.end();
        boolean firstFlags = !everyFlags && !allSync && track.sync(0);
        int fields = 1 | (firstFlags ? 4 : 0) | (oneDuration ? 0 : 0x100) | 0x200 | (everyFlags ? 0x400 : 0);
        boxes.start("trun", 1, fields | (offsets ? 0x800 : 0)).out().u32(track.count());
        final int offsetField = out.size();
        out.u32(0);
        if (firstFlags) {
            out.u32(SYNC);
        }
        for (int i = 0; i < track.count(); i++) {
            if (!oneDuration) {
                out.u32(track.duration(i));
            }
            out.u32(track.size(i));
            if (everyFlags) {
                out.u32(track.sync(i) ? SYNC : NON_SYNC);
            }
            if (offsets) {
                out.u32(track.ctsOffset(i));
            }
        }
        boxes.end();
        boxes.end();
        return offsetField;
    }
}
