package io.mediatool.cli.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mediatool.cli.terminal.CommandException;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The command line before the environment before the file before what is usual; what is wrong is one line. */
final class SettingsTest {
    @TempDir
    Path directory;

    @Test
    void whatIsNearerWins() throws Exception {
        Path file = write("http: 1\nudp: 2\nbind: 127.0.0.3\nadvertise: [a.example, 192.0.2.1]\n");
        Map<String, String> environment = Map.of("MEDIATOOL_UDP", "20", "MEDIATOOL_BIND", "127.0.0.2");
        ServeConfig config = ServeConfig.of(Settings.of(Map.of(Key.BIND, List.of("127.0.0.1")), environment, file));
        assertEquals(1, config.httpPort());
        assertEquals(20, config.udpPort());
        assertEquals(List.of(InetAddress.getByName("127.0.0.1")), config.bind());
        assertEquals(List.of("a.example", "192.0.2.1"), config.advertise());
        assertEquals(50, config.requestsPerSecond());
    }

    @Test
    void everySettingCanStandInTheFileAndInTheEnvironment() throws Exception {
        for (Key key : Key.values()) {
            String value = key == Key.TLS_SELF_SIGNED ? "true" : key == Key.LOG_FORMAT ? "json" : "7777";
            Settings fromFile = Settings.of(Map.of(), Map.of(), write(key.word() + ": " + value + "\n"));
            assertEquals(List.of(value), fromFile.get(key).values(), key.word());
            Settings fromEnvironment = Settings.of(Map.of(), Map.of(key.variable(), value), null);
            assertEquals(List.of(value), fromEnvironment.get(key).values(), key.variable());
            assertTrue(fromEnvironment.print().contains("# " + key.variable()), key.variable());
        }
    }

    @Test
    void listsAreListsOrCommas() throws Exception {
        assertEquals(
                List.of("a", "b"),
                Settings.of(Map.of(), Map.of(), write("advertise: 'a, b'\n"))
                        .get(Key.ADVERTISE)
                        .values());
        assertEquals(
                List.of("a", "b", "c"),
                Settings.of(Map.of(Key.ADVERTISE, List.of("a,b", "c")), Map.of(), null)
                        .get(Key.ADVERTISE)
                        .values());
    }

    @ParameterizedTest
    @CsvSource({
        "127.0.0.1;::1, 127.0.0.1 0:0:0:0:0:0:0:1",
        "::1;127.0.0.1;::1, 0:0:0:0:0:0:0:1 127.0.0.1",
        "0.0.0.0;::;127.0.0.1, 0:0:0:0:0:0:0:0",
        "127.0.0.1;0.0.0.0;::1, 0.0.0.0 0:0:0:0:0:0:0:1",
    })
    void severalAddressesCanBeListenedOn(String given, String bound) throws Exception {
        ServeConfig config = ServeConfig.of(Settings.of(Map.of(Key.BIND, List.of(given.split(";"))), Map.of(), null));
        assertEquals(
                bound, config.bind().stream().map(InetAddress::getHostAddress).collect(Collectors.joining(" ")));
    }

    @Test
    void loopsAreHalfOfTheProcessorsOrTwoUnlessSaid() throws Exception {
        int processors = Runtime.getRuntime().availableProcessors();
        assertEquals(
                processors < 4 ? Math.min(2, processors) : processors / 2,
                ServeConfig.of(Settings.of(Map.of(), Map.of(), null)).loops());
        assertEquals(
                3,
                ServeConfig.of(Settings.of(Map.of(Key.LOOPS, List.of("3")), Map.of(), null))
                        .loops());
    }

    @Test
    void secretsAreNotPrinted() throws Exception {
        String printed = Settings.of(
                        Map.of(
                                Key.TOKEN, List.of("publish:hush", "quiet"),
                                Key.JWT_KEY, List.of("silence"),
                                Key.ICE_SERVER, List.of("turn:t.example me shh")),
                        Map.of(),
                        null)
                .print();
        for (String secret : List.of("hush", "quiet", "silence", "shh")) {
            assertFalse(printed.contains(secret), printed);
        }
        assertTrue(printed.contains("publish:***"), printed);
    }

    @Test
    void queriesOfUrlsAreNotPrinted() throws Exception {
        String printed = Settings.of(
                        Map.of(
                                Key.HOOK, List.of("https://a.example/in?key=hush&x=1", "https://b.example/in"),
                                Key.JWKS, List.of("https://id.example/keys?code=quiet")),
                        Map.of(),
                        null)
                .print();
        assertFalse(printed.contains("hush"), printed);
        assertFalse(printed.contains("quiet"), printed);
        assertTrue(printed.contains("hook: [\"https://a.example/in?***\", \"https://b.example/in\"]"), printed);
        assertTrue(printed.contains("jwks: \"https://id.example/keys?***\""), printed);
        CommandException refused = assertThrows(
                CommandException.class,
                () -> ServeConfig.of(Settings.of(Map.of(Key.HOOK, List.of("htp://a.example?hush")), Map.of(), null)));
        assertEquals("--hook: 'htp://a.example?***' is no http(s) URL", refused.getMessage());
    }

    /** A bare token may do everything: it must not become one by a comma. */
    @ParameterizedTest
    @ValueSource(strings = {"watch:a,b", "admin:a,b", "b,watch:a", "publish,watch:a", "publish+watch:a, b ,watch:c"})
    void aTokenWithoutItsRoleBesideOneThatHasOne(String list) throws IOException {
        Path file = write("token: '" + list + "'\n");
        Path listed = write("listed.yml", "token: ['" + list + "', 'watch:z']\n");
        refusedToken("--token: ", Map.of(Key.TOKEN, List.of("watch:z", list)), Map.of(), null);
        refusedToken("MEDIATOOL_TOKEN: ", Map.of(), Map.of("MEDIATOOL_TOKEN", list), null);
        refusedToken(file + ": token: ", Map.of(), Map.of(), file);
        refusedToken(listed + ": token: ", Map.of(), Map.of(), listed);
    }

    private static void refusedToken(
            String origin, Map<Key, List<String>> options, Map<String, String> environment, @Nullable Path file) {
        CommandException refused =
                assertThrows(CommandException.class, () -> ServeConfig.of(Settings.of(options, environment, file)));
        assertEquals(
                origin + "one token of a list says what it may do, another does not: "
                        + "write watch:ONE,watch:TWO, or admin:TWO for one that may do everything",
                refused.getMessage());
    }

    @Test
    void tokensThatAreClear() throws Exception {
        for (List<String> clear :
                List.of(List.of("a,b"), List.of("watch:a,publish+watch:b"), List.of("watch:a", "b"), List.of("b"))) {
            assertFalse(ServeConfig.of(Settings.of(Map.of(Key.TOKEN, clear), Map.of(), null))
                    .tokens()
                    .isEmpty());
        }
        Settings listed = Settings.of(Map.of(), Map.of(), write("token: ['watch:a', b]\n"));
        assertEquals(List.of("watch:a", "b"), listed.get(Key.TOKEN).values());
        assertFalse(ServeConfig.of(listed).tokens().isEmpty());
    }

    @Test
    void whatIsPrintedCanBeReadAgain() throws Exception {
        Settings settings = Settings.of(
                Map.of(
                        Key.HTTP, List.of("81"),
                        Key.ALLOW_ORIGIN, List.of("*"),
                        Key.ADVERTISE, List.of("2001:db8::1", "null", "-"),
                        Key.MEDIA, List.of("0777"),
                        Key.ON_RECORD_COMPLETE, List.of("sh -c 'one \"two\"\nthree \\'")),
                Map.of(),
                null);
        Settings again = Settings.of(Map.of(), Map.of(), write(settings.print()));
        for (Key key : Key.values()) {
            assertEquals(settings.get(key).values(), again.get(key).values(), key.word());
        }
    }

    /** YAML alone would read 83, true, 12345 and a day, and those who have the token that was written would be refused. */
    @Test
    void wordsOfTheFileAreNoNumbersOrDays() throws Exception {
        List<String> tokens = List.of("0123", "yes", "12_345", "2026-11-22", "0x1F", "1e3", "null", "-7");
        Settings settings = Settings.of(
                Map.of(),
                Map.of(),
                write("token: [0123, yes, 12_345, 2026-11-22, 0x1F, 1e3, 'null', -7]\nmedia: 007\n"
                        + "advertise: [null-a, 010]\ntls-self-signed: On\njwks:\n"));
        assertEquals(tokens, settings.get(Key.TOKEN).values());
        assertEquals("007", settings.get(Key.MEDIA).text());
        assertTrue(settings.get(Key.TLS_SELF_SIGNED).truth());
        assertFalse(settings.get(Key.JWKS).isSet());
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "http: eighty          | 2 | http: 'eighty' is not a number",
                "http: 65536           | 2 | 65536",
                "http: -1              | 2 | -1",
                "htpp: 80              | 2 | htpp: there is no such setting",
                "http: [1, 2]          | 2 | takes one value",
                "http: {a: b}          | 2 | must be a word",
                "tls-cert: a.pem       | 2 | belong together",
                "tls-self-signed: maybe| 2 | maybe",
                "token: nobody:x       | 2 | publish, watch or admin",
                "token: 'a b'          | 2 | without spaces",
                "token: admin          | 2 | 'admin' is no token: write admin:SECRET",
                "token: ''             | 2 | is empty",
                "token: [a, '']        | 2 | is empty",
                "jwt-key: ' '          | 2 | is empty",
                "redirect: ftp://x     | 2 | no http(s) URL",
                "allow-origin: evil    | 2 | no origin",
                "ice-server: turn:x    | 2 | USER PASSWORD",
                "ice-server: http://x  | 2 | stun:HOST",
                "log-format: xml       | 2 | neither text nor json",
                "advertise: 'a b'      | 2 | neither an address nor a name",
                "just words            | 5 | key: value",
                "a: b: c               | 5 | :1:5",
                "http: 1\u007f: x: [   | 5 | mediatool.yml",
                "!!java.net.URL [http://x] | 5 | mediatool.yml",
            })
    void whatIsWrongIsOneLine(String text, int exitCode, String words) throws IOException {
        Path file = write(text + "\n");
        CommandException refused =
                assertThrows(CommandException.class, () -> ServeConfig.of(Settings.of(Map.of(), Map.of(), file)));
        assertEquals(exitCode, refused.exitCode(), refused.getMessage());
        assertTrue(refused.getMessage().contains(words), refused.getMessage());
        assertEquals(1, refused.getMessage().lines().count(), refused.getMessage());
        assertTrue(refused.getMessage().contains("mediatool.yml"), refused.getMessage());
    }

    @Test
    void filesThatHarm() throws IOException {
        CommandException missing = assertThrows(
                CommandException.class, () -> Settings.of(Map.of(), Map.of(), directory.resolve("missing.yml")));
        assertEquals(5, missing.exitCode());
        // A billion laughs.
        String bomb =
                "a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b]\nd: [*c,*c,*c,*c]\n";
        assertThrows(CommandException.class, () -> Settings.of(Map.of(), Map.of(), write(bomb)));
        assertThrows(
                CommandException.class, () -> Settings.of(Map.of(), Map.of(), write("http: " + "[".repeat(5_000))));
        assertThrows(CommandException.class, () -> Settings.of(Map.of(), Map.of(), write("#" + "x".repeat(300_000))));
        long seed = 20261122;
        var random = new Random(seed);
        for (int i = 0; i < 2_000; i++) {
            var text = new StringBuilder("http: 8080\nudp: 8189\ntoken: [publish:a, watch:b]\nadvertise: a, b\n");
            for (int n = 1 + random.nextInt(6); n > 0; n--) {
                text.setCharAt(random.nextInt(text.length()), (char) random.nextInt(128));
            }
            try {
                ServeConfig.of(Settings.of(Map.of(), Map.of(), write(text.toString())));
            } catch (CommandException refused) {
                assertEquals(
                        1, refused.getMessage().lines().count(), "seed " + seed + " round " + i + refused.getMessage());
            }
        }
    }

    private Path write(String text) throws IOException {
        return write("mediatool.yml", text);
    }

    private Path write(String name, String text) throws IOException {
        return Files.writeString(directory.resolve(name), text);
    }
}
