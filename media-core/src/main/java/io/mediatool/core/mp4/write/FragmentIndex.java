package io.mediatool.core.mp4.write;

import io.mediatool.core.bits.MalformedException;
import io.mediatool.core.codec.MediaKind;
import io.mediatool.core.mp4.Mp4File;
import io.mediatool.core.mp4.Mp4Track;
import io.mediatool.core.mp4.box.BoxWriter;
import io.mediatool.core.mp4.movie.Fragment;
import io.mediatool.core.mp4.movie.FragmentWalker;
import io.mediatool.core.mp4.movie.MovieFile;
import io.mediatool.core.mp4.movie.Run;
import io.mediatool.core.mp4.movie.SamplePoint;
import java.io.IOException;
import java.nio.ByteBuffer;

/** {@code mfra} (ISO/IEC 14496-12 §8.8.9): where the fragments are that pictures can be started from. */
final class FragmentIndex {
    private static final int MAX_BYTES = 16 << 20;

    private FragmentIndex() {}

    /** Appends it at {@code end}. A file of more fragments than a few hundred thousand goes without. */
    static void append(Mp4File file, MovieFile movie, long end) throws IOException, MalformedException {
        BoxWriter boxes = new BoxWriter();
        boxes.start("mfra");
        for (Mp4Track track : movie.movie().mediaTracks()) {
            if (track.kind() == MediaKind.VIDEO) {
                track(boxes, movie, track.id());
            }
        }
        if (boxes.size() > MAX_BYTES) {
            return;
        }
        boxes.start("mfro", 0, 0).out().u32(boxes.size() + 4);
        boxes.end().end();
        file.write(end, ByteBuffer.wrap(boxes.out().array(), 0, boxes.out().size()));
    }

    private static void track(BoxWriter boxes, MovieFile movie, int trackId) throws IOException, MalformedException {
        FragmentWalker walker = new FragmentWalker(
                movie.file(), movie.fragmentsFrom(), movie.movie().defaults());
        SamplePoint point = new SamplePoint();
        boxes.start("tfra", 1, 0);
        // Lengths of the numbers below: one byte for traf and trun, four for the sample.
        boxes.out().u32(trackId).u32(3);
        int countField = boxes.out().size();
        int count = 0;
        boxes.out().u32(0);
        for (Fragment fragment = walker.next(); fragment != null && boxes.size() <= MAX_BYTES; ) {
            for (int traf = 0; traf < fragment.runs().size(); traf++) {
                Run run = fragment.runs().get(traf);
                long dts = run.time();
                boolean found = run.trackId() != trackId;
                for (int sample = 1; !found && run.next(point, dts, 0); sample++) {
                    if (point.sync()) {
                        long time = dts + point.ctsOffset();
                        boxes.out()
                                .i64(time)
                                .i64(fragment.start())
                                .u8(traf + 1)
                                .u8(1)
                                .u32(sample);
                        count++;
                        found = true;
                    }
                    dts += point.duration();
                }
            }
            fragment = walker.next();
        }
        boxes.out().setU32(countField, count);
        boxes.end();
    }
}
