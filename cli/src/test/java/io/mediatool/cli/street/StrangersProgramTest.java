package io.mediatool.cli.street;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mediatool.cli.Samples;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** README's whole Java program, copied out of it by somebody who has nothing but the jar. */
@Tag("street")
final class StrangersProgramTest {
    private static final Pattern PROGRAM =
            Pattern.compile("```java\n(import .*?public final class (\\w+) .*?)```", Pattern.DOTALL);

    @TempDir
    Path directory;

    @Test
    void runsAsItStandsInReadme() throws Exception {
        Matcher program = PROGRAM.matcher(Files.readString(Street.home().resolve("README.md")));
        assertTrue(program.find(), "no whole program in README");
        Path source = Files.writeString(directory.resolve(program.group(2) + ".java"), program.group(1));
        Path clip = Street.home().resolve("scripts/start/clip.mp4");
        Path copy = directory.resolve("copy.mp4");
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        String jar = Street.home().resolve("cli/target/mediatool.jar").toString();
        Visitor.run(directory, Street.SOON, java, "-cp", jar, source.toString(), clip.toString(), copy.toString());
        Samples.assertSame(clip, copy);
    }
}
