package io.mediatool.core.mp4;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.mediatool.core.mp4.box.BoxDump;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The box trees of recordings. {@code -Dgoldens.rewrite=true} writes them anew. */
class LayoutGoldenTest {

    @ParameterizedTest
    @EnumSource(Mp4Layout.class)
    void finished(Mp4Layout layout) throws Exception {
        MemoryFile file = new MemoryFile();
        new Recordings.Script(file, layout).record().finish();
        golden(layout.name().toLowerCase(Locale.ROOT), BoxDump.of(file));
    }

    @Test
    void recording() throws Exception {
        MemoryFile file = new MemoryFile();
        new Recordings.Script(file, Mp4Layout.HYBRID).record();
        golden("recording", BoxDump.of(file));
    }

    private static void golden(String name, String text) throws IOException {
        Path module = Files.isDirectory(Path.of("media-core")) ? Path.of("media-core") : Path.of("");
        Path path = module.resolve("src/test/resources/mp4/" + name + ".txt");
        if (Boolean.getBoolean("goldens.rewrite")) {
            Files.createDirectories(path.getParent());
            Files.writeString(path, text);
        }
        assertEquals(Files.readString(path), text);
    }
}
