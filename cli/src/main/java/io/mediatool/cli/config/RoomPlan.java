package io.mediatool.cli.config;

import io.mediatool.cli.terminal.CommandException;
import io.mediatool.core.signalling.session.SessionRequest;
import io.mediatool.player.PlayerOptions.BFrames;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What goes on in rooms from the start.
 *
 * @param media where the API's file names lead; null: nowhere
 * @param recordAll where everything is recorded; null: nowhere
 */
public record RoomPlan(
        @Nullable Path media,
        List<Entry> ingests,
        List<Entry> recordings,
        @Nullable Path recordAll,
        List<Entry> plays,
        BFrames bFrames,
        List<Entry> forwards) {

    /**
     * One of them.
     *
     * @param origin where it is said, for messages
     */
    public record Entry(String room, String value, String origin) {}

    static RoomPlan of(Settings settings) throws CommandException {
        return new RoomPlan(
                ServeConfig.path(settings.get(Key.MEDIA)),
                entries(settings.get(Key.INGEST)),
                entries(settings.get(Key.RECORD)),
                ServeConfig.path(settings.get(Key.RECORD_ALL)),
                entries(settings.get(Key.PLAY)),
                bFrames(settings.get(Key.B_FRAMES)),
                entries(settings.get(Key.FORWARD)));
    }

    private static BFrames bFrames(Setting setting) throws CommandException {
        return BFrames.of(setting.text())
                .orElseThrow(() -> setting.refused("'" + setting.text() + "' is not send, drop or refuse"));
    }

    private static List<Entry> entries(Setting setting) throws CommandException {
        var entries = new ArrayList<Entry>();
        for (String text : setting.values()) {
            int equals = text.indexOf('=');
            String room = equals < 0 ? "" : text.substring(0, equals).strip();
            String value = text.substring(equals + 1).strip();
            if (!SessionRequest.isName(room) || value.isEmpty()) {
                throw setting.refused("'" + text + "' is not " + setting.key().label()
                        + ", with a room of letters, digits, '-', '_' and '.'");
            }
            entries.add(new Entry(room, value, setting.origin()));
        }
        return List.copyOf(entries);
    }
}
