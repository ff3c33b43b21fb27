package io.mediatool.cli.config;

import io.mediatool.cli.terminal.CommandException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Who is told of what happens.
 *
 * @param urls that events are posted to
 * @param secret that they are signed with; null: not at all
 * @param command words of what runs for each recorded file; empty: nothing
 */
public record HookPlan(List<URI> urls, @Nullable String secret, List<String> command) {
    public HookPlan {
        urls = List.copyOf(urls);
        command = List.copyOf(command);
    }

    static HookPlan of(Settings settings) throws CommandException {
        Setting secret = settings.get(Key.HOOK_SECRET);
        Setting hooks = settings.get(Key.HOOK);
        List<URI> urls = new ArrayList<>();
        for (String text : hooks.values()) {
            if (!text.matches("https?://[A-Za-z0-9.\\[\\]:-]+([/?]\\S*)?")) {
                throw hooks.refused("'" + Settings.withoutQuery(text) + "' is no http(s) URL");
            }
            try {
                urls.add(URI.create(text));
            } catch (IllegalArgumentException e) {
                throw hooks.refused("'" + Settings.withoutQuery(text) + "' is no http(s) URL");
            }
        }
        if (secret.isSet() && urls.isEmpty()) {
            throw secret.refused("there is nothing to sign without --hook");
        }
        return new HookPlan(urls, secret.isSet() ? secret.text() : null, words(settings.get(Key.ON_RECORD_COMPLETE)));
    }

    /** Words between blanks; quotes keep blanks, as a shell has it, and mean nothing else. */
    private static List<String> words(Setting setting) throws CommandException {
        List<String> words = new ArrayList<>();
        StringBuilder word = null;
        char quote = 0;
        for (char c : setting.text().toCharArray()) {
            if (quote != 0 ? c == quote : c == '"' || c == '\'') {
                quote = quote == 0 ? c : 0;
                word = word == null ? new StringBuilder() : word;
            } else if (quote == 0 && Character.isWhitespace(c)) {
                if (word != null) {
                    words.add(word.toString());
                }
                word = null;
            } else {
                word = (word == null ? new StringBuilder() : word).append(c);
            }
        }
        if (quote != 0) {
            throw setting.refused("a quotation mark is not closed");
        }
        if (word != null) {
            words.add(word.toString());
        }
        return words;
    }
}
