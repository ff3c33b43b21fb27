package io.mediatool.ingest.mpegts;

/** The counters behind {@link TsStatistics}, shared by the parts of one demuxer. */
final class TsCounters {
    long packets;
    long skippedBytes;
    long transportErrors;
    long scrambled;
    long lost;
    long duplicates;
    long badSections;
    long badPes;
    long badUnits;
    long frames;

    TsStatistics snapshot() {
        return new TsStatistics(
                packets,
                skippedBytes,
                transportErrors,
                scrambled,
                lost,
                duplicates,
                badSections,
                badPes,
                badUnits,
                frames);
    }
}
