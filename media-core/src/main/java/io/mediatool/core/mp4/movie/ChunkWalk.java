package io.mediatool.core.mp4.movie;

import io.mediatool.core.bits.MalformedException;
import io.mediatool.core.mp4.box.FileWindow;
import java.io.IOException;

/** Walks the chunks of a track: {@code stsc} with {@code stco} or {@code co64}. */
final class ChunkWalk {
    private final FileWindow map;
    private final FileWindow places;
    private final SampleTables tables;
    /** Chunks behind which the walk stands, and entries of the map taken. */
    private long chunk;

    private long entry;
    private long samplesPerChunk;
    private int description;
    private long position;

    ChunkWalk(FileWindow map, FileWindow places, SampleTables tables) {
        this.map = map;
        this.places = places;
        this.tables = tables;
    }

    /** Steps to the next chunk that holds samples; false at the end. */
    boolean next() throws IOException, MalformedException {
        while (chunk < tables.positions().count()) {
            chunk++;
            while (entry < tables.chunks().count() && first(entry) <= chunk) {
                long at = tables.chunks().position() + entry * 12;
                samplesPerChunk = map.u32(at + 4);
                description = (int) Math.min(Integer.MAX_VALUE, map.u32(at + 8));
                entry++;
            }
            if (samplesPerChunk > 0) {
                long at = tables.positions().position() + (chunk - 1) * tables.positionBytes();
                position = tables.positionBytes() == 8 ? places.i64(at) : places.u32(at);
                return true;
            }
        }
        return false;
    }

    long samples() {
        return samplesPerChunk;
    }

    /** Index of the sample description, from 0; -1 for the impossible number 0. */
    int description() {
        return description - 1;
    }

    long position() {
        return position;
    }

    /** Goes to the chunk that holds sample {@code index} (from 0); returns how many of its samples come before, or -1. */
    long moveTo(long index) throws IOException, MalformedException {
        chunk = 0;
        entry = 0;
        samplesPerChunk = 0;
        long skip = index;
        for (long at = 0; at < tables.chunks().count(); at++) {
            long from = first(at);
            long to = at + 1 < tables.chunks().count()
                    ? first(at + 1)
                    : tables.positions().count() + 1;
            long each = map.u32(tables.chunks().position() + at * 12 + 4);
            if (to <= from || each == 0) {
                continue;
            }
            if (skip / each < to - from) {
                entry = at;
                chunk = from - 1 + skip / each;
                return next() ? skip % each : -1;
            }
            skip -= each * (to - from);
        }
        return -1;
    }

    private long first(long index) throws IOException, MalformedException {
        return Math.max(1, map.u32(tables.chunks().position() + index * 12));
    }
}
