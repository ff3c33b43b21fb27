package io.mediatool.core.mp4.write;

import io.mediatool.core.mp4.Mp4File;
import java.io.IOException;

/** The growing tables of one track (ISO/IEC 14496-12 §8.6, §8.7). */
final class TrackTables {
    final TableOut stts;
    final TableOut ctts;
    final TableOut stsc;
    final TableOut stsz;
    final TableOut positions;
    final TableOut stss;

    private TrackTables(TableOut stts, TableOut ctts, TableOut stsc, TableOut stsz, TableOut positions, TableOut stss) {
        this.stts = stts;
        this.ctts = ctts;
        this.stsc = stsc;
        this.stsz = stsz;
        this.positions = positions;
        this.stss = stss;
    }

    /** Tables that are only counted. */
    static TrackTables counting() {
        return new TrackTables(
                TableOut.counting(8),
                TableOut.counting(8),
                TableOut.counting(12),
                TableOut.counting(4),
                TableOut.counting(4),
                TableOut.counting(4));
    }

    /** Where the tables of a track go, counted from the start of the {@code moov}; -1 for one that is left out. */
    record Places(long stts, long ctts, long stsc, long stsz, long positions, boolean wide, long stss) {

        TrackTables open(Mp4File file, long moov) {
            return new TrackTables(
                    table(file, moov, stts, 8),
                    table(file, moov, ctts, 8),
                    table(file, moov, stsc, 12),
                    table(file, moov, stsz, 4),
                    table(file, moov, positions, wide ? 8 : 4),
                    table(file, moov, stss, 4));
        }

        private static TableOut table(Mp4File file, long moov, long place, int entryBytes) {
            return place < 0 ? TableOut.counting(entryBytes) : TableOut.at(file, moov + place, entryBytes);
        }
    }

    void flush() throws IOException {
        for (TableOut table : new TableOut[] {stts, ctts, stsc, stsz, positions, stss}) {
            table.flush();
        }
    }
}
