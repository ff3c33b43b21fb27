package io.mediatool.core.loop.kernel;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The drop counters of {@code /proc/net/udp}, for sockets that cannot be asked themselves. Sockets that share a port are
 * counted together. The tables name every UDP socket of the machine, so they are read byte by byte: recorders ask regularly.
 */
final class KernelDrops {
    private static final List<Path> TABLES = List.of(Path.of("/proc/net/udp"), Path.of("/proc/net/udp6"));

    private KernelDrops() {}

    /** Drops of all UDP sockets on {@code port}; -1 when there are no tables (not Linux). */
    static long ofPort(int port) {
        long drops = -1;
        for (Path table : TABLES) {
            try {
                drops = Math.max(drops, 0) + sum(Files.readAllBytes(table), port);
            } catch (IOException e) {
                // No such table: no IPv6, or not Linux.
            }
        }
        return drops;
    }

    /**
     * Of lines "sl: ADDRESS:PORT ADDRESS:PORT st … drops", in which the first port is the socket's, in four hexadecimal digits, and the
     * last word its drops; the heading names no port.
     */
    static long sum(byte[] table, int port) {
        long drops = 0;
        int from = 0;
        while (from < table.length) {
            int end = from;
            while (end < table.length && table[end] != '\n') {
                end++;
            }
            if (localPort(table, from, end) == port) {
                drops += lastNumber(table, from, end);
            }
            from = end + 1;
        }
        return drops;
    }

    /** What stands behind the line's second colon; -1 when there is none. */
    private static int localPort(byte[] table, int from, int end) {
        int colons = 0;
        for (int i = from; i < end; i++) {
            if (table[i] == ':' && ++colons == 2) {
                int port = 0;
                for (int digit = i + 1; digit < end && table[digit] != ' '; digit++) {
                    port = port << 4 | Character.digit(table[digit], 16);
                }
                return port;
            }
        }
        return -1;
    }

    private static long lastNumber(byte[] table, int from, int end) {
        int last = end;
        while (last > from && table[last - 1] == ' ') {
            last--;
        }
        int first = last;
        while (first > from && table[first - 1] >= '0' && table[first - 1] <= '9') {
            first--;
        }
        long number = 0;
        for (int i = first; i < last; i++) {
            number = number * 10 + table[i] - '0';
        }
        return number;
    }
}
