package io.mediatool.ingest.mpegts;

/**
 * What a {@link TsDemuxer} counted since its beginning.
 *
 * @param packets whole transport packets, null packets included
 * @param skippedBytes that belonged to no packet
 * @param transportErrors packets that a modulator marked as broken
 * @param scrambled packets with scrambled payload
 * @param lost holes in the continuity counters
 * @param duplicates packets sent twice, as the standard allows
 * @param badSections tables with a wrong checksum or structure
 * @param badPes PES packets with a broken header or beyond their bound
 * @param badUnits access units and NAL units that could not be used
 * @param frames delivered
 */
public record TsStatistics(
        long packets,
        long skippedBytes,
        long transportErrors,
        long scrambled,
        long lost,
        long duplicates,
        long badSections,
        long badPes,
        long badUnits,
        long frames) {

    TsStatistics withBadUnits(long units) {
        return new TsStatistics(
                packets,
                skippedBytes,
                transportErrors,
                scrambled,
                lost,
                duplicates,
                badSections,
                badPes,
                units,
                frames);
    }
}
