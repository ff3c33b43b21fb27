package io.mediatool.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mediatool.cli.config.Key;
import io.mediatool.cli.terminal.ExitCode;
import io.mediatool.core.dtls.WebCertificate;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** {@code mediatool serve} that does not get to serve: one line and the documented exit code. */
final class ServeCommandTest {
    @TempDir
    Path directory;

    private record Outcome(int code, String out, String err) {}

    private static Outcome run(String... arguments) {
        var out = new StringWriter();
        var err = new StringWriter();
        CommandLine command = MediaTool.commandLine();
        command.setOut(new PrintWriter(out));
        command.setErr(new PrintWriter(err));
        for (CommandLine each : command.getSubcommands().values()) {
            each.setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
        }
        int code = command.execute(arguments);
        return new Outcome(code, out.toString(), err.toString());
    }

    private static void refused(int code, String words, String... arguments) {
        Outcome outcome = run(arguments);
        assertEquals(code, outcome.code, outcome.err);
        assertTrue(outcome.err.contains(words), outcome.err);
        assertEquals(
                1, outcome.err.lines().filter(line -> !line.startsWith("Try")).count(), outcome.err);
    }

    @Test
    void everySettingIsAnOption() {
        CommandLine serve = MediaTool.commandLine().getSubcommands().get("serve");
        for (Key key : Key.values()) {
            assertNotNull(serve.getCommandSpec().findOption("--" + key.word()), key.word());
        }
    }

    @Test
    void readmeNamesEverySetting() throws IOException {
        String readme = Files.readString(
                Path.of(System.getProperty("mediatool.home", "..")).resolve("README.md"));
        for (Key key : Key.values()) {
            assertTrue(readme.contains("`" + key.word() + "`"), key.word());
        }
    }

    @Test
    void printsItsSettings() {
        Outcome outcome = run("serve", "--print-config", "--http", "81", "--token", "watch:hush", "--tls-self-signed");
        assertEquals(0, outcome.code, outcome.err);
        assertTrue(outcome.out.contains("http: 81  # --http"), outcome.out);
        assertTrue(outcome.out.contains("udp: 8189  # default"), outcome.out);
        assertTrue(outcome.out.contains("tls-self-signed: true  # --tls-self-signed"), outcome.out);
        assertTrue(!outcome.out.contains("hush"), outcome.out);
    }

    @Test
    void portsInUse() throws IOException {
        InetAddress loopback = InetAddress.getByName("127.0.0.1");
        try (var tcp = new ServerSocket(0, 1, loopback);
                var udp = new DatagramSocket(0, loopback)) {
            String http = Integer.toString(tcp.getLocalPort());
            refused(ExitCode.NETWORK, http, "serve", "--bind", "127.0.0.1", "--http", http, "--udp", "0");
            String media = Integer.toString(udp.getLocalPort());
            refused(ExitCode.NETWORK, media, "serve", "--bind", "127.0.0.1", "--http", "0", "--udp", media);
        }
        // RFC 5737: nobody's address
        refused(ExitCode.NETWORK, "--bind takes", "serve", "--bind", "198.51.100.7", "--http", "0", "--udp", "0");
        refused(
                ExitCode.NETWORK,
                "no.such.name.invalid",
                "serve",
                "--advertise",
                "no.such.name.invalid",
                "--http",
                "0",
                "--udp",
                "0");
    }

    @Test
    void filesThatAreNotWhatTheyShouldBe() throws IOException {
        var random = new SecureRandom();
        WebCertificate one = WebCertificate.selfSigned(random, Instant.now(), List.of("localhost", "127.0.0.1", "::1"));
        WebCertificate other = WebCertificate.selfSigned(random, Instant.now(), List.of());
        String certificate = write("cert.pem", one.certificatePem());
        String key = write("key.pem", one.keyPem());
        String otherKey = write("other.pem", other.keyPem());
        String junk = write("junk.pem", "hello");
        String sec1 = write("sec1.pem", "-----BEGIN EC PRIVATE KEY-----\nMHcCAQEE\n-----END EC PRIVATE KEY-----\n");
        String missing = directory.resolve("missing.pem").toString();
        refusedTls(missing, certificate, missing);
        refusedTls("no certificate", junk, key);
        refusedTls("no private key", certificate, junk);
        refusedTls("not the key of", certificate, otherKey);
        refusedTls("openssl pkcs8", certificate, sec1);
        refused(ExitCode.USAGE, "--jwt-key", "serve", "--jwt-key", "short", "--http", "0", "--udp", "0");
        // The name of a file must not become everybody's secret.
        for (String name : List.of(
                missing,
                directory.resolve("a-key-with-a-long-name-and-no-ending").toString())) {
            refused(ExitCode.FILE, name + ": there is no such file", "serve", "--jwt-key", name, "--http", "0");
        }
        refused(ExitCode.FILE, "--jwks", "serve", "--jwks", junk, "--http", "0", "--udp", "0");
        refused(
                ExitCode.FILE,
                "missing.yml",
                "serve",
                "--config",
                directory.resolve("missing.yml").toString());
        refused(ExitCode.USAGE, "--udp", "serve", "--udp", "many");
        refused(ExitCode.USAGE, "--token: is empty", "serve", "--token", "", "--http", "0", "--udp", "0");
        refused(ExitCode.USAGE, "--frob", "serve", "--frob");
    }

    private static void refusedTls(String words, String certificate, String key) {
        refused(
                ExitCode.FILE,
                words,
                "serve",
                "--tls-cert",
                certificate,
                "--tls-key",
                key,
                "--http",
                "0",
                "--udp",
                "0");
    }

    private String write(String name, String text) throws IOException {
        return Files.writeString(directory.resolve(name), text).toString();
    }
}
