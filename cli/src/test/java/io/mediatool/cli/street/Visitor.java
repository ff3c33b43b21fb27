package io.mediatool.cli.street;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/** A real program on the street: started, listened to, waited for with a deadline, and ended whatever happens. */
public final class Visitor implements AutoCloseable {
    private final String name;
    private final Process process;
    private final List<String> lines = new ArrayList<>();
    private final StringBuilder out = new StringBuilder();
    private final List<Thread> readers = new ArrayList<>();

    private Visitor(String name, Process process) {
        this.name = name;
        this.process = process;
        readers.add(read(process.getErrorStream(), false));
        readers.add(read(process.getInputStream(), true));
    }

    /** Starts a program in {@code directory}. */
    public static Visitor start(Path directory, List<String> command) {
        try {
            // A test run in the background of a shell ignores Ctrl-C, and so would every program it starts.
            var whole = new ArrayList<>(List.of("env", "--default-signal=INT,HUP"));
            whole.addAll(command);
            var builder = new ProcessBuilder(whole).directory(directory.toFile());
            // Java announces this variable on standard error; the tests' own options are none of the visitor's.
            builder.environment().remove("JAVA_TOOL_OPTIONS");
            return new Visitor(String.join(" ", command), builder.start());
        } catch (IOException e) {
            throw new UncheckedIOException("cannot start " + command, e);
        }
    }

    public static Visitor start(Path directory, String... command) {
        return start(directory, List.of(command));
    }

    /** Runs a program to its end and expects exit code 0. */
    public static Visitor run(Path directory, Duration deadline, String... command) {
        Visitor visitor = start(directory, List.of(command));
        assertEquals(0, visitor.awaitExit(deadline), visitor::story);
        return visitor;
    }

    /** Waits until a line of output matches {@code regex} somewhere. */
    public String awaitLine(String regex) {
        return awaitLine(regex, Street.SOON);
    }

    public String awaitLine(String regex, Duration deadline) {
        Pattern pattern = Pattern.compile(regex);
        long endNs = System.nanoTime() + deadline.toNanos();
        synchronized (lines) {
            int seen = 0;
            while (true) {
                for (; seen < lines.size(); seen++) {
                    if (pattern.matcher(lines.get(seen)).find()) {
                        return lines.get(seen);
                    }
                }
                long leftMs = (endNs - System.nanoTime()) / 1_000_000;
                if (leftMs <= 0 || !process.isAlive() && readers.stream().noneMatch(Thread::isAlive)) {
                    throw new AssertionError("no line with '" + regex + "' came\n" + story());
                }
                await(Math.min(leftMs, 200));
            }
        }
    }

    /** Waits for the end, with that exit code. */
    public void assertExit(int code) {
        assertEquals(code, awaitExit(Street.SOON), this::story);
    }

    /** Waits for the end; fails when it does not come in time. @return the exit code */
    public int awaitExit(Duration deadline) {
        try {
            if (!process.waitFor(deadline.toMillis(), TimeUnit.MILLISECONDS)) {
                close();
                throw new AssertionError("still running after " + deadline + "\n" + story());
            }
            for (Thread reader : readers) {
                reader.join(5000);
            }
            return process.exitValue();
        } catch (InterruptedException e) {
            throw new AssertionError("interrupted", e);
        }
    }

    /** Whether it still runs. */
    public boolean isRunning() {
        return process.isAlive();
    }

    /** Closes its standard input after writing {@code text} to it. */
    public void type(String text) {
        try (var stdin = process.getOutputStream()) {
            stdin.write(text.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Ctrl-C. */
    public void interrupt() {
        signal("INT");
    }

    public void signal(String signal) {
        run(Path.of("/"), Duration.ofSeconds(5), "kill", "-" + signal, Long.toString(process.pid()));
    }

    /** kill -9. */
    public void kill() {
        process.destroyForcibly();
    }

    public long pid() {
        return process.pid();
    }

    /** What it printed on standard output. */
    public String out() {
        synchronized (lines) {
            return out.toString();
        }
    }

    /** What it printed on standard output and error, line by line. */
    public String story() {
        synchronized (lines) {
            return name + "\n  " + String.join("\n  ", lines);
        }
    }

    @Override
    public void close() {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
    }

    private void await(long ms) {
        try {
            lines.wait(ms);
        } catch (InterruptedException e) {
            throw new AssertionError("interrupted", e);
        }
    }

    private Thread read(InputStream stream, boolean standardOutput) {
        var thread = new Thread(() -> {
            try (var reader = new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))) {
                for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                    synchronized (lines) {
                        lines.add(line);
                        if (standardOutput) {
                            out.append(line).append('\n');
                        }
                        lines.notifyAll();
                    }
                }
            } catch (IOException e) {
                // The program was killed.
            }
        });
        thread.setDaemon(true);
        thread.start();
        return thread;
    }
}
