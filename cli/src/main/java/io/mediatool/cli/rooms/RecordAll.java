package io.mediatool.cli.rooms;

import io.mediatool.core.server.Room;
import io.mediatool.core.signalling.session.SessionDoor;
import io.mediatool.core.signalling.session.SessionEvent;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** One recording for each room, as long as the room is there: each of its streams into files of its own. On the loops of the rooms. */
final class RecordAll implements SessionEvent.Listener {
    private final SessionDoor door;
    private final MediaDirectory directory;
    private final FilePattern pattern;
    private final Opener opener;
    private final Map<String, Work> recordings = new HashMap<>(); // guarded by itself

    /** Whoever has the works. */
    interface Opener {
        /** Begins a recording on its room's loop; null when it is refused, which is told there. */
        @Nullable Work record(Room room, Order.Recording order);
    }

    RecordAll(SessionDoor door, MediaDirectory directory, FilePattern pattern, Opener opener) {
        this.door = door;
        this.directory = directory;
        this.pattern = pattern;
        this.opener = opener;
    }

    @Override
    public void onEvent(SessionEvent event) {
        if (event.type() == SessionEvent.Type.STREAM_PUBLISHED) {
            Work known;
            synchronized (recordings) {
                known = recordings.get(event.room());
            }
            if (known == null || known.isStopping()) {
                CompletionStage<@Nullable Void> unused =
                        door.inRoom(event.room(), this::begin).exceptionally(full -> null);
            }
        } else if (event.type() == SessionEvent.Type.ROOM_CLOSED) {
            Work gone;
            synchronized (recordings) {
                gone = recordings.remove(event.room());
            }
            if (gone != null) {
                CompletionStage<Work> unused = gone.end("the room is empty");
            }
        }
    }

    private @Nullable Void begin(Room room) {
        Work work = opener.record(room, new Order.Recording(room.name(), Set.of(), directory, pattern, null));
        if (work != null) {
            synchronized (recordings) {
                recordings.put(room.name(), work);
            }
        }
        return null;
    }
}
