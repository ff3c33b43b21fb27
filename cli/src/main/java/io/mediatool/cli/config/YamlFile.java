package io.mediatool.cli.config;

import io.mediatool.cli.terminal.CommandException;
import io.mediatool.cli.terminal.ExitCode;
import io.mediatool.cli.terminal.FileErrors;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.Tag;
import org.yaml.snakeyaml.representer.Representer;
import org.yaml.snakeyaml.resolver.Resolver;

/** Reads {@code mediatool.yml}: one key a line, values or lists of them. */
final class YamlFile {
    private static final int MAX_SIZE = 256 * 1024;

    private YamlFile() {}

    static Map<Key, Setting> read(Path path) throws CommandException {
        Map<Key, Setting> settings = new EnumMap<>(Key.class);
        Object document = document(path);
        if (document == null) {
            return settings;
        }
        if (!(document instanceof Map<?, ?> map)) {
            throw new CommandException(ExitCode.FILE, path + ": must consist of 'key: value' lines, e.g. 'http: 8080'");
        }
        for (var entry : map.entrySet()) {
            String word = String.valueOf(entry.getKey());
            String origin = path + ": " + word;
            Key key = Key.of(word)
                    .orElseThrow(() -> new CommandException(
                            ExitCode.USAGE,
                            origin + ": there is no such setting ('mediatool serve --print-config' lists them)"));
            settings.put(key, setting(key, entry.getValue(), origin));
        }
        return settings;
    }

    private static @Nullable Object document(Path path) throws CommandException {
        LoaderOptions limits = new LoaderOptions();
        limits.setCodePointLimit(MAX_SIZE);
        limits.setMaxAliasesForCollections(10);
        limits.setNestingDepthLimit(10);
        limits.setAllowDuplicateKeys(false);
        try {
            if (Files.size(path) > MAX_SIZE) {
                throw new CommandException(ExitCode.FILE, path + ": is too large for settings");
            }
            String text = Files.readString(path, StandardCharsets.UTF_8);
            var dumping = new DumperOptions();
            return new Yaml(new SafeConstructor(limits), new Representer(dumping), dumping, limits, new Words())
                    .load(text);
        } catch (MarkedYAMLException e) {
            var mark = e.getProblemMark();
            String where = mark == null ? "" : ":" + (mark.getLine() + 1) + ":" + (mark.getColumn() + 1);
            throw new CommandException(ExitCode.FILE, path + where + ": " + oneLine(e.getProblem()));
        } catch (YAMLException e) {
            throw new CommandException(ExitCode.FILE, path + ": " + oneLine(e.getMessage()));
        } catch (IOException e) {
            throw FileErrors.unreadable(path, e);
        }
    }

    private static Setting setting(Key key, @Nullable Object value, String origin) throws CommandException {
        var given = new ArrayList<String>();
        for (Object each : value instanceof List<?> list ? list : value == null ? List.of() : List.of(value)) {
            if (!(each instanceof String || each instanceof Number || each instanceof Boolean)) {
                throw new CommandException(ExitCode.USAGE, origin + ": must be a word, a number or a list of those");
            }
            given.add(each.toString());
        }
        Setting setting = Settings.filled(key, given, origin);
        if (setting.values().size() > 1 && !key.isList()) {
            throw new CommandException(
                    ExitCode.USAGE,
                    origin + ": takes one value, not " + setting.values().size());
        }
        return setting;
    }

    /** What stands there is meant as it stands: YAML would make another secret of 0123, and a truth of a room called on. */
    private static final class Words extends Resolver {
        @Override
        protected void addImplicitResolvers() {
            addImplicitResolver(Tag.MERGE, MERGE, "<");
            addImplicitResolver(Tag.NULL, NULL, "~nN\0");
            addImplicitResolver(Tag.NULL, EMPTY, null);
        }
    }

    private static String oneLine(@Nullable String text) {
        return text == null ? "no YAML" : text.lines().findFirst().orElse("no YAML");
    }
}
