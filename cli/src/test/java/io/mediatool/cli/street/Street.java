package io.mediatool.cli.street;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramSocket;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/** Where visitors meet the packaged mediatool: its launcher, free ports, test media and how frames are compared. */
public final class Street {
    public static final Duration SOON = Duration.ofSeconds(60);

    /** Below those that Linux gives to whoever asks for any: a browser would take one before the test that was told it is free. */
    private static final int FIRST_PORT = 12_000;

    private static final int LAST_PORT = 32_000;
    /** A forward with one track more than its test knows of must not send to the next test. */
    private static final int GAP = 16;

    /** Where to look next; another run beside this one begins elsewhere. */
    private static int nextPort = FIRST_PORT + (int) (ProcessHandle.current().pid() * 514 % (LAST_PORT - FIRST_PORT));

    /** Ports that some test has been given: two run at a time, and bind a while later. */
    private static final BitSet HANDED_OUT = new BitSet();

    private Street() {}

    /** The checkout. */
    public static Path home() {
        return Path.of(System.getProperty("mediatool.home", ".."))
                .toAbsolutePath()
                .normalize();
    }

    /** The launcher's first run makes the archive of classes, which may take longer than a test waits. */
    private static final class Launcher {
        static final String PATH = home().resolve("scripts/mediatool").toString();

        static {
            Visitor.run(home(), Duration.ofMinutes(2), PATH, "--version");
        }
    }

    /** The launcher, which has run before. */
    static String launcher() {
        return Launcher.PATH;
    }

    /** Starts {@code mediatool} through its launcher. */
    public static Visitor mediatool(Path directory, String... arguments) {
        var command = new ArrayList<String>();
        command.add(launcher());
        command.addAll(Arrays.asList(arguments));
        return Visitor.start(directory, command);
    }

    /** Runs {@code ffmpeg} quietly to its end. */
    public static Visitor ffmpeg(Path directory, String arguments) {
        return Visitor.run(directory, SOON, words("ffmpeg -nostdin -v error -y " + arguments));
    }

    /** Starts {@code ffmpeg} and lets it run. */
    static Visitor startFfmpeg(Path directory, String arguments) {
        return Visitor.start(directory, words("ffmpeg -nostdin -v error -y " + arguments));
    }

    /** VLC without a window; as another user, because it refuses to run as root. */
    public static Visitor vlc(Path directory, List<String> arguments) {
        var command = new ArrayList<String>();
        if ("root".equals(System.getProperty("user.name"))) {
            open(directory);
            command.addAll(List.of("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "env", "HOME=/tmp"));
        }
        command.addAll(List.of("cvlc", "--no-plugins-cache", "-v", "--play-and-exit"));
        command.addAll(arguments);
        return Visitor.start(directory, command);
    }

    public static Visitor gstreamer(Path directory, String pipeline) {
        return Visitor.start(directory, words("gst-launch-1.0 -e " + pipeline));
    }

    /** Each coded frame of a file's first {@code kind} ({@code v} or {@code a}) stream, as a hash, in decoding order (side data is left out). */
    static List<String> frameHashes(Path file, String kind) {
        return frameHashes(file, kind, "");
    }

    /** The same behind a bitstream filter, given as FFmpeg's option. */
    static List<String> frameHashes(Path file, String kind, String filter) {
        return hashes(Visitor.run(
                        file.getParent(),
                        SOON,
                        words("ffmpeg -nostdin -v error -i " + file + " -map 0:" + kind + ":0 -c copy " + filter
                                + " -f framemd5 -"))
                .out());
    }

    /** The frames' hashes in what FFmpeg's {@code framemd5} has written. */
    static List<String> hashes(String framemd5) {
        return framemd5.lines()
                .filter(line -> !line.startsWith("#"))
                .map(line -> line.split(",")[5].strip())
                .toList();
    }

    /** The bytes that each coded frame has. */
    static List<Integer> frameSizes(Path file, String kind) {
        return packets(file, kind, "size").map(Integer::valueOf).toList();
    }

    /** The bytes of a file's first {@code kind} stream, frame after frame. */
    static byte[] elementary(Path file, String kind) {
        Path bytes = file.resolveSibling(file.getFileName() + "." + kind);
        ffmpeg(file.getParent(), "-i " + file + " -map 0:" + kind + ":0 -c copy -f data " + bytes);
        try {
            return Files.readAllBytes(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Each decoded picture of a file, as a hash, in order of presentation. */
    static List<String> pictures(Path file) {
        return hashes(Visitor.run(
                        file.getParent(),
                        SOON,
                        words("ffmpeg -nostdin -v error -i " + file + " -map 0:v:0 -vsync passthrough -f framemd5 -"))
                .out());
    }

    /** Presentation times of a stream's packets in seconds, in decoding order. */
    static List<Double> times(Path file, String kind) {
        return packets(file, kind, "pts_time").map(Double::valueOf).toList();
    }

    static List<Double> decodingTimes(Path file, String kind) {
        return packets(file, kind, "dts_time").map(Double::valueOf).toList();
    }

    /** What {@code ffprobe} says of each packet of a file's first {@code kind} stream. */
    private static Stream<String> packets(Path file, String kind, String field) {
        return Visitor.run(
                        file.getParent(),
                        SOON,
                        words("ffprobe -v error -select_streams " + kind + ":0 -show_entries packet=" + field
                                + " -of csv=p=0 " + file))
                .out()
                .lines()
                .map(line -> line.replace(",", "").strip())
                .filter(line -> !line.isEmpty());
    }

    /** What {@code ffprobe -v error} complains about after decoding everything; empty when all is well. */
    static String complaints(Path file) {
        String probe = Visitor.run(
                        file.getParent(),
                        SOON,
                        words("ffprobe -v error -count_packets -show_entries stream=codec_name -of csv=p=0 " + file))
                .story();
        String decode = Visitor.run(
                        file.getParent(),
                        Duration.ofSeconds(120),
                        words("ffmpeg -nostdin -v error -i " + file + " -enc_time_base -1 -f null -"))
                .story();
        return (probe + "\n" + decode)
                .lines()
                .skip(1)
                .filter(line -> line.startsWith("  [") || line.contains("rror"))
                .filter(line -> !line.startsWith("ff"))
                .reduce("", (a, b) -> a + b + "\n");
    }

    /** The file's duration in seconds as {@code ffprobe} sees it. */
    public static double duration(Path file) {
        return Double.parseDouble(Visitor.run(
                        file.getParent(),
                        SOON,
                        words("ffprobe -v error -show_entries format=duration -of csv=p=0 " + file))
                .out()
                .strip());
    }

    /** Waits until {@code file} holds {@code text}, which {@code writer} is about to write. */
    static Path awaitFile(Path file, String text, Visitor writer) {
        long endNs = System.nanoTime() + SOON.toNanos();
        while (true) {
            try {
                if (Files.exists(file)
                        && Files.readString(file, StandardCharsets.ISO_8859_1).contains(text)) {
                    return file;
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            if (System.nanoTime() > endNs || !writer.isRunning()) {
                throw new AssertionError(file + " was not written by\n" + writer.story());
            }
            LockSupport.parkNanos(10_000_000);
        }
    }

    /** Waits until {@code receiver} has bound a UDP port; fails when it ends before. */
    static void awaitBound(int port, Visitor receiver) {
        long endNs = System.nanoTime() + SOON.toNanos();
        Object nobody = new Object();
        synchronized (nobody) {
            while (!isBound(port)) {
                if (!receiver.isRunning() || System.nanoTime() > endNs) {
                    throw new AssertionError("nobody listens on port " + port + "\n" + receiver.story());
                }
                try {
                    nobody.wait(50);
                } catch (InterruptedException e) {
                    throw new AssertionError("interrupted", e);
                }
            }
        }
    }

    private static boolean isBound(int port) {
        return !sockets(port).isEmpty();
    }

    /** How much of the kernel's memory what arrived at a bound UDP port takes that nobody has read yet. */
    static long unreadBytes(int port) {
        return sockets(port).stream()
                .mapToLong(line -> Long.parseLong(words(line)[4].split(":")[1], 16))
                .sum();
    }

    /** The kernel's lines about a UDP port: a trial would be in the receiver's way. */
    private static List<String> sockets(int port) {
        String address = String.format(":%04X ", port);
        var sockets = new ArrayList<String>();
        for (String table : List.of("/proc/net/udp", "/proc/net/udp6")) {
            try {
                Files.readString(Path.of(table))
                        .lines()
                        .filter(line -> line.contains(address))
                        .forEach(sockets::add);
            } catch (IOException e) {
                continue; // no IPv6 here
            }
        }
        return sockets;
    }

    /** The first of {@code count} free even ports, of UDP and TCP, each with a free odd port above it. */
    public static synchronized int freePorts(int count) {
        for (int attempt = 0; attempt < 1_000; attempt++) {
            int base = nextPort + 2 * count < LAST_PORT ? nextPort : FIRST_PORT;
            nextPort = base + 2 * count + GAP;
            if (HANDED_OUT.get(base, base + 2 * count).isEmpty() && areFree(base, 2 * count)) {
                HANDED_OUT.set(base, base + 2 * count);
                return base;
            }
        }
        throw new AssertionError("no free ports");
    }

    private static boolean areFree(int base, int count) {
        for (int port = base; port < base + count; port++) {
            try (var datagrams = new DatagramSocket(port);
                    var connections = new ServerSocket(port, 1)) {
                if (datagrams.getLocalPort() != connections.getLocalPort()) {
                    return false;
                }
            } catch (IOException e) {
                return false;
            }
        }
        return true;
    }

    /** Splits at white space; for words with spaces inside use a list. */
    public static String[] words(String line) {
        return line.strip().split("\\s+");
    }

    private static void open(Path directory) {
        Visitor.run(directory, Duration.ofSeconds(5), "chmod", "-R", "a+rwX", directory.toString());
    }
}
