package io.mediatool.core.mp4.movie;

import io.mediatool.core.bits.MalformedException;
import io.mediatool.core.mp4.box.Box;
import io.mediatool.core.mp4.box.FileWindow;
import java.io.IOException;

/**
 * The sample tables of one track (ISO/IEC 14496-12 §8.6, §8.7), by where they lie.
 *
 * @param samples how many samples there are; no more than the file can hold
 * @param times {@code stts}
 * @param offsets {@code ctts}, possibly empty
 * @param chunks {@code stsc}
 * @param positions {@code stco} or {@code co64}
 * @param positionBytes 4 or 8
 * @param fixedSize of every sample, or 0 where {@code sizes} tells them
 * @param sizes {@code stsz} or {@code stz2}
 * @param sizeBits of one entry there: 4, 8, 16 or 32
 * @param allSync whether there is no {@code stss}
 * @param syncs {@code stss}
 */
record SampleTables(
        long samples,
        Table times,
        Table offsets,
        Table chunks,
        Table positions,
        int positionBytes,
        long fixedSize,
        Table sizes,
        int sizeBits,
        boolean allSync,
        Table syncs) {

    static SampleTables of(FileWindow file, Box stbl) throws IOException, MalformedException {
        var parser = new Parser();
        for (Box box = Box.child(file, stbl.payload(), stbl.end()); box != null; ) {
            parser.box(file, box);
            box = Box.child(file, box.end(), stbl.end());
        }
        return parser.done();
    }

    private static final class Parser {
        private long samples;
        private Table times = Table.EMPTY;
        private Table offsets = Table.EMPTY;
        private Table chunks = Table.EMPTY;
        private Table positions = Table.EMPTY;
        private int positionBytes = 4;
        private long fixedSize;
        private Table sizes = Table.EMPTY;
        private int sizeBits = 32;
        private boolean allSync = true;
        private Table syncs = Table.EMPTY;

        void box(FileWindow file, Box box) throws IOException, MalformedException {
            switch (box.type()) {
                case "stts" -> times = Table.of(file, box, 0, 64);
                case "ctts" -> offsets = Table.of(file, box, 0, 64);
                case "stsc" -> chunks = Table.of(file, box, 0, 96);
                case "stco" -> positions = Table.of(file, box, 0, 32);
                case "co64" -> {
                    positions = Table.of(file, box, 0, 64);
                    positionBytes = 8;
                }
                case "stss" -> {
                    syncs = Table.of(file, box, 0, 32);
                    allSync = false;
                }
                case "stsz" -> plainSizes(file, box);
                case "stz2" -> {
                    sizeBits = file.u8(box.payload() + 7);
                    if (sizeBits != 4 && sizeBits != 8 && sizeBits != 16) {
                        throw new MalformedException("sample size field of odd width", box.start());
                    }
                    sizes = Table.of(file, box, 4, sizeBits);
                    samples = sizes.count();
                }
                default -> {
                    // Nothing that playing needs: sdtp, sbgp, sgpd, subs, saiz …
                }
            }
        }

        private void plainSizes(FileWindow file, Box box) throws IOException, MalformedException {
            fixedSize = file.u32(box.payload() + 4);
            if (fixedSize > 0) {
                // No table checks this count, so the file does.
                samples = Math.min(file.u32(box.payload() + 8), file.size() / fixedSize);
            } else {
                sizes = Table.of(file, box, 4, 32);
                samples = sizes.count();
            }
        }

        SampleTables done() {
            return new SampleTables(
                    samples,
                    times,
                    offsets,
                    chunks,
                    positions,
                    positionBytes,
                    fixedSize,
                    sizes,
                    sizeBits,
                    allSync,
                    syncs);
        }
    }
}
