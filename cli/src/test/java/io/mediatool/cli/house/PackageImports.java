package io.mediatool.cli.house;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.spi.ToolProvider;

/** Which package uses which, read from the class files by the JDK's own {@code jdeps}. */
record PackageImports(Map<String, Set<String>> all) {

    static PackageImports ofProject() {
        var imports = new TreeMap<String, Set<String>>();
        var arguments =
                new ArrayList<>(List.of("-verbose:package", "--multi-release", "base", "--ignore-missing-deps"));
        for (String module : List.of("media-core", "recorder", "player", "rtp-ingest", "cli")) {
            Path classes = ProjectTree.home().resolve(module).resolve("target/classes");
            if (Files.isDirectory(classes)) {
                arguments.add(classes.toString());
            }
        }
        var text = new StringWriter();
        ToolProvider jdeps = ToolProvider.findFirst("jdeps").orElseThrow();
        jdeps.run(new PrintWriter(text), new PrintWriter(text), arguments.toArray(String[]::new));
        for (String line : text.toString().lines().toList()) {
            // "   a.package   -> another.one   where it is"; what is not indented are archives.
            String[] words = line.strip().split("\\s+");
            if (line.startsWith("   ") && words.length > 2 && words[1].equals("->")) {
                imports.computeIfAbsent(words[0], name -> new TreeSet<>()).add(words[2]);
            }
        }
        return new PackageImports(imports);
    }

    /** The project's own packages. */
    Set<String> packages() {
        var own = new TreeSet<>(all.keySet());
        own.removeIf(name -> !name.startsWith("io.mediatool."));
        return own;
    }

    Set<String> of(String name) {
        return all.getOrDefault(name, Set.of());
    }
}
