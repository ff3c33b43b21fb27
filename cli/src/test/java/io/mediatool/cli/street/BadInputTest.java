package io.mediatool.cli.street;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Bad input from the shell: one clear line on standard error, the documented exit code, never a stack trace. */
@Tag("street")
final class BadInputTest {
    @TempDir
    static Path directory;

    @BeforeAll
    static void write() throws IOException {
        Path good = directory.resolve("good.mp4");
        Street.ffmpeg(
                directory,
                "-f lavfi -i testsrc2=size=160x120:rate=25 -t 1 -c:v libx264 -preset ultrafast -pix_fmt yuv420p "
                        + good);
        byte[] bytes = Files.readAllBytes(good);
        Files.writeString(directory.resolve("there.mp4"), "somebody's film");
        Files.writeString(directory.resolve("nonsense.sdp"), "hello\nworld\n");
        Files.writeString(directory.resolve("empty.sdp"), "");
        Files.writeString(
                directory.resolve("good.sdp"), "v=0\r\nm=video 5004 RTP/AVP 96\r\na=rtpmap:96 H264/90000\r\n");
        Files.write(directory.resolve("empty.mp4"), new byte[0]);
        var junk = new byte[4096];
        new Random(7).nextBytes(junk);
        Files.write(directory.resolve("junk.mp4"), junk);
        Files.write(directory.resolve("half.mp4"), Arrays.copyOf(bytes, bytes.length / 2));
        Files.write(directory.resolve("moov-lies.mp4"), patched(bytes, "moov", -4, 0x7fffffff));
        Files.write(directory.resolve("stsz-lies.mp4"), patched(bytes, "stsz", 12, 0xffffffff));
        Files.write(directory.resolve("stco-lies.mp4"), patched(bytes, "stco", 8, 0x7fffffff));
    }

    /** {@code bytes} with the 32 bits at {@code offset} from the start of {@code type} replaced. */
    private static byte[] patched(byte[] bytes, String type, int offset, int value) {
        byte[] copy = bytes.clone();
        int at = new String(bytes, StandardCharsets.ISO_8859_1).indexOf(type);
        assertTrue(at > 0, type);
        ByteBuffer.wrap(copy).putInt(at + offset, value);
        return copy;
    }

    @ParameterizedTest(name = "mediatool {0}")
    @CsvSource(
            delimiter = '|',
            value = {
                "''                                               | 2 | say what to do",
                "frobnicate                                       | 2 | frobnicate",
                "record --frob rtp://:5004 -o a.mp4               | 2 | --frob",
                "record rtp://:5004                               | 2 | --output",
                "record -o a.mp4                                  | 2 | SOURCE",
                "record http://x/y -o a.mp4                       | 2 | http",
                "record rtp:// -o a.mp4                           | 2 | rtp://",
                "record rtp://:5004?codec=h299 -o a.mp4           | 2 | h299",
                "record rtp://:5004?colour=red -o a.mp4           | 2 | colour",
                "record rtp://:70000 -o a.mp4                     | 2 | 70000",
                "record nonsense.sdp -o a.mp4                     | 5 | nonsense.sdp",
                "record empty.sdp -o a.mp4                        | 5 | empty.sdp",
                "record missing.sdp -o a.mp4                      | 5 | missing.sdp",
                "record localhost:5004 -o a.mp4                   | 2 | rtp://localhost:5004",
                "record good.mp4 -o a.mp4                         | 2 | mediatool play",
                "record . -o a.mp4                                | 5 | directory",
                "record good.mp4/a.sdp -o a.mp4                   | 5 | read: Not a directory",
                "record rtp://:5004 -o there.mp4                  | 5 | --overwrite",
                "record rtp://:5004 -o junk.mp4/a.mp4             | 5 | junk.mp4",
                "record rtp://:5004 -o nowhere/a.mp4              | 5 | nowhere",
                "record rtp://:5004 -o a.mp4 --timeout soon       | 2 | soon",
                "record rtp://:5004 -o a.mp4 --expect video=mpeg9 | 2 | mpeg9",
                "record rtp://:5004 -o a.mp4 --segment 0s         | 2 | --segment",
                "record rtp://:5004 -o a.mp4 --reorder 2m         | 2 | --reorder",
                "play good.mp4                                    | 2 | target",
                "play good.mp4 rtp://127.0.0.1:0                  | 2 | 0",
                "play missing.mp4 rtp://127.0.0.1:5004            | 5 | missing.mp4",
                "play junk.mp4 rtp://127.0.0.1:5004               | 5 | junk.mp4",
                "play half.mp4 rtp://127.0.0.1:5004               | 5 | half.mp4",
                "play moov-lies.mp4 rtp://127.0.0.1:5004          | 5 | moov-lies.mp4",
                "play stsz-lies.mp4 rtp://127.0.0.1:5004          | 5 | stsz-lies.mp4",
                "play stco-lies.mp4 rtp://127.0.0.1:5004          | 5 | stco-lies.mp4",
                "probe missing.mp4                                | 5 | missing.mp4",
                "probe empty.mp4                                  | 5 | the file is empty",
                "probe junk.mp4                                   | 5 | junk.mp4",
                "probe half.mp4                                   | 5 | half.mp4",
                "probe stsz-lies.mp4                              | 5 | stsz-lies.mp4",
                "probe .                                          | 5 | directory",
                "probe good.sdp --thumbnail a.png                 | 2 | thumbnail",
                "play good.mp4 rtp://127.0.0.1:5004 --sdp - --json        | 2 | --sdp FILE",
                "play good.mp4 rtp://127.0.0.1:5004 --sdp nowhere/a.sdp   | 5 | nowhere/a.sdp: cannot be written: there is no such directory",
                "ingest rtp://:5004 --forward rtp://127.0.0.1:6004 --sdp - --json | 2 | --sdp FILE",
                "serve --media there.mp4                          | 5 | there.mp4: is no directory that can be used: there is a file",
                "repair missing.mp4                               | 5 | missing.mp4",
                "repair junk.mp4                                  | 5 | junk.mp4",
                "repair there.mp4                                 | 5 | there.mp4",
                "repair half.mp4                                  | 5 | half.mp4",
                "repair moov-lies.mp4                             | 5 | moov-lies.mp4",
            })
    void oneLineAndTheCode(String arguments, int code, String word) {
        String[] words = arguments.isEmpty() ? new String[0] : Street.words(arguments);
        try (Visitor visitor = Street.mediatool(directory, words)) {
            visitor.assertExit(code);
            assertComplaint(visitor, word);
        }
        assertFalse(Files.exists(directory.resolve("a.mp4")));
    }

    /** Exactly one line with what is wrong, and perhaps one that says where help is. */
    private static void assertComplaint(Visitor visitor, String word) {
        List<String> lines = visitor.story().lines().skip(1).map(String::strip).toList();
        assertTrue(lines.get(0).startsWith("mediatool: "), visitor::story);
        assertTrue(lines.get(0).contains(word), visitor::story);
        assertTrue(lines.size() == 1 || lines.size() == 2 && lines.get(1).startsWith("Try 'mediatool"), visitor::story);
        assertFalse(visitor.story().contains("xception"), visitor::story);
        assertFalse(visitor.story().contains("null"), visitor::story);
    }

    /** Services and containers have none. */
    @ParameterizedTest
    @ValueSource(strings = {"", "C", "POSIX"})
    void namesOfFilesNeedNoLocale(String locale) {
        // By the shell: the Java of this test may have no locale either.
        String line = "name=$(printf 'gr\\303\\274\\303\\237e.mp4') && cp good.mp4 \"$name\""
                + " && env -u LC_CTYPE -u LANG LC_ALL=" + locale + " " + Street.launcher() + " probe \"$name\"";
        try (Visitor visitor = Visitor.start(directory, "sh", "-c", line)) {
            visitor.assertExit(0);
        }
    }

    /** What is printed of the file comes first, and is no complaint. */
    @Test
    void aThumbnailThatCannotBeWritten() {
        try (Visitor visitor = Street.mediatool(directory, "probe", "good.mp4", "--thumbnail", "nowhere/picture.png")) {
            visitor.assertExit(5);
            List<String> lines =
                    visitor.story().lines().skip(1).map(String::strip).toList();
            assertTrue(
                    lines.contains("mediatool: nowhere/picture.png: cannot be written: there is no such directory"),
                    visitor::story);
            assertFalse(visitor.story().contains("\tat "), visitor::story);
            assertEquals(3, lines.size(), visitor::story);
        }
    }

    @Test
    void anExistingFileIsLeftAlone() throws IOException {
        assertEquals("somebody's film", Files.readString(directory.resolve("there.mp4")));
    }

    @Test
    void aPortInUse() throws IOException {
        int port = Street.freePorts(2);
        try (var taken = new DatagramSocket(new InetSocketAddress("127.0.0.1", port));
                Visitor visitor = Street.mediatool(
                        directory, "record", "rtp://127.0.0.1:" + port + "?codec=h264", "-o", "a.mp4")) {
            visitor.assertExit(6);
            assertComplaint(visitor, Integer.toString(port));
            assertEquals(port, taken.getLocalPort());
        }
    }

    @Test
    void nothingArrives() {
        int port = Street.freePorts(2);
        try (Visitor visitor = Street.mediatool(
                directory,
                "record",
                "rtp://127.0.0.1:" + port + "?codec=h264",
                "-o",
                "a.mp4",
                "--timeout",
                "1s",
                "--quiet")) {
            visitor.assertExit(3);
            assertComplaint(visitor, Integer.toString(port));
            assertFalse(Files.exists(directory.resolve("a.mp4")));
        }
    }
}
