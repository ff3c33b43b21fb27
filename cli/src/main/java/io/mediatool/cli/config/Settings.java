package io.mediatool.cli.config;

import io.mediatool.cli.terminal.CommandException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** All settings with where they come from: the command line before the environment before the file before what is usual. */
public final class Settings {
    private final Map<Key, Setting> settings = new EnumMap<>(Key.class);

    private Settings() {}

    /**
     * Takes all sources together.
     *
     * @param options what stands on the command line
     * @param environment of the process
     * @param file null for none
     */
    public static Settings of(Map<Key, List<String>> options, Map<String, String> environment, @Nullable Path file)
            throws CommandException {
        var all = new Settings();
        Map<Key, Setting> fromFile = file == null ? Map.of() : YamlFile.read(file);
        for (Key key : Key.values()) {
            List<String> given = options.get(key);
            String variable = environment.get(key.variable());
            Setting setting;
            if (given != null) {
                setting = filled(key, given, "--" + key.word());
            } else if (variable != null) {
                setting = filled(key, List.of(variable), key.variable());
            } else if (fromFile.containsKey(key)) {
                setting = fromFile.get(key);
            } else {
                setting = new Setting(key, split(key, key.fallback()), "default");
            }
            all.settings.put(key, setting);
        }
        return all;
    }

    /** A secret that came out empty, as {@code "$TOKEN"} does where there is none, must not let everybody in. */
    static Setting filled(Key key, List<String> given, String origin) throws CommandException {
        var values = new ArrayList<String>();
        given.forEach(value -> values.addAll(split(key, value)));
        var setting = new Setting(key, values, origin);
        if (key == Key.TOKEN && given.stream().anyMatch(list -> isAmbiguous(split(key, list)))) {
            throw setting.refused("one token of a list says what it may do, another does not: "
                    + "write watch:ONE,watch:TWO, or admin:TWO for one that may do everything");
        }
        if (key.isGuard() && given.stream().anyMatch(String::isBlank)) {
            throw setting.refused("is empty; leave it out to ask for nothing");
        }
        return setting;
    }

    /** Whether {@code watch:ONE,TWO} means another token to watch with, one for everything, or a comma in a token: nobody can know. */
    private static boolean isAmbiguous(List<String> tokens) {
        long bare = tokens.stream().filter(token -> token.indexOf(':') < 0).count();
        return bare > 0 && bare < tokens.size();
    }

    /** Lists are separated by commas; an empty text is no value. */
    private static List<String> split(Key key, String text) {
        if (text.isBlank()) {
            return List.of();
        }
        return key.isList()
                ? Arrays.stream(text.split(key.separator()))
                        .map(String::strip)
                        .filter(value -> !value.isEmpty())
                        .toList()
                : List.of(text.strip());
    }

    Setting get(Key key) {
        Setting setting = settings.get(key);
        if (setting == null) {
            throw new IllegalStateException("no " + key);
        }
        return setting;
    }

    /** As a YAML file that says the same, with where each line comes from; secrets are not shown. */
    public String print() {
        var text = new StringBuilder();
        for (Setting setting : settings.values()) {
            text.append(setting.key().word()).append(':');
            if (setting.key().isList()) {
                var values = setting.values().stream()
                        .map(value -> shown(setting, value))
                        .toList();
                text.append(values.isEmpty() ? " []" : " [" + String.join(", ", values) + "]");
            } else if (setting.isSet()) {
                text.append(' ').append(shown(setting, setting.text()));
            }
            text.append("  # ").append(setting.origin()).append(System.lineSeparator());
        }
        return text.toString().stripTrailing();
    }

    private static String shown(Setting setting, String value) {
        if (setting.key().isSecret()) {
            return setting.key() == Key.TOKEN && value.contains(":")
                    ? "\"" + value.split(":")[0] + ":***\""
                    : "\"***\"";
        }
        if (setting.key().isUrl()) {
            return quoted(withoutQuery(value));
        }
        return quoted(value);
    }

    /** As it may be shown: keys stand in the queries of URLs. */
    public static String withoutQuery(String url) {
        return url.replaceFirst("(?s)[?].*", "?***");
    }

    private static String quoted(String value) {
        boolean plain = value.matches("[A-Za-z0-9./_][A-Za-z0-9./_-]*") && !value.equalsIgnoreCase("null");
        return plain
                ? value
                : "\"" + value.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n") + "\"";
    }
}
