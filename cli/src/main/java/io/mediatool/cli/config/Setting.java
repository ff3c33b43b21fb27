package io.mediatool.cli.config;

import io.mediatool.cli.terminal.CommandException;
import io.mediatool.cli.terminal.ExitCode;
import java.util.List;
import java.util.Locale;

/**
 * What one key is set to.
 *
 * @param values none when it is not set
 * @param origin where that is said, for messages: {@code --udp}, {@code MEDIATOOL_UDP}, {@code mediatool.yml: udp}, {@code default}
 */
record Setting(Key key, List<String> values, String origin) {
    Setting {
        values = List.copyOf(values);
    }

    boolean isSet() {
        return !values.isEmpty();
    }

    /** The one value, empty when not set. */
    String text() {
        return values.isEmpty() ? "" : values.get(values.size() - 1);
    }

    int number(int min, int max) throws CommandException {
        String text = text();
        if (text.matches("\\d{1,9}")) {
            int number = Integer.parseInt(text);
            if (number >= min && number <= max) {
                return number;
            }
        }
        throw refused("'" + text + "' is not a number from " + min + " to " + max);
    }

    boolean truth() throws CommandException {
        return switch (text().toLowerCase(Locale.ROOT)) {
            case "true", "yes", "on", "1" -> true;
            case "false", "no", "off", "0" -> false;
            default -> throw refused("'" + text() + "' is neither true nor false");
        };
    }

    CommandException refused(String why) {
        return new CommandException(ExitCode.USAGE, origin + ": " + why);
    }
}
