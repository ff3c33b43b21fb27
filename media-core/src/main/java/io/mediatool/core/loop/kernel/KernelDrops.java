package io.mediatool.core.loop.kernel;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The drop counters of {@code /proc/net/udp}, for sockets that cannot be asked themselves. Sockets that share a port are
 * counted together.
 */
final class KernelDrops {
    private static final List<Path> TABLES = List.of(Path.of("/proc/net/udp"), Path.of("/proc/net/udp6"));

    private KernelDrops() {}

    /** Drops of all UDP sockets on {@code port}; -1 when there are no tables (not Linux). */
    static long ofPort(int port) {
        long drops = -1;
        for (Path table : TABLES) {
            try {
                drops = Math.max(drops, 0) + sum(Files.readAllLines(table), port);
            } catch (IOException e) {
                // No such table: no IPv6, or not Linux.
            }
        }
        return drops;
    }

    // "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode ref pointer
    // drops"
    private static long sum(List<String> lines, int port) {
        String suffix = String.format(":%04X", port);
        long drops = 0;
        for (String line : lines) {
            String[] columns = line.strip().split("\\s+", -1);
            if (columns.length == 13 && columns[1].endsWith(suffix) && columns[12].matches("\\d{1,18}")) {
                drops += Long.parseLong(columns[12]);
            }
        }
        return drops;
    }
}
