package io.mediatool.core.signalling.session;

import io.mediatool.core.server.IncomingStream;
import io.mediatool.core.server.IncomingStreamTrack;
import io.mediatool.core.server.MediaServer;
import io.mediatool.core.server.Room;
import io.mediatool.core.signalling.admission.Places;

/** Tells of rooms and streams coming and going, whoever makes them: on the loop where the room lives. */
final class RoomEvents implements MediaServer.Listener, Room.Listener {
    private final SessionDoor door;
    private final Desk desk;
    private final Places places;

    RoomEvents(SessionDoor door, Desk desk, Places places) {
        this.door = door;
        this.desk = desk;
        this.places = places;
    }

    @Override
    public void onRoom(Room room) {
        if (door.isAtHome(room, desk)) {
            places.onRoom();
            door.emit(new SessionEvent(SessionEvent.Type.ROOM_OPENED, room.name(), "", "", ""));
            room.addListener(this);
        }
    }

    @Override
    public void onRoomGone(Room room) {
        if (door.isAtHome(room, desk)) {
            places.onRoomGone();
            room.removeListener(this);
            door.emit(new SessionEvent(SessionEvent.Type.ROOM_CLOSED, room.name(), "", "", ""));
        }
    }

    @Override
    public void onStream(Room room, IncomingStream stream) {
        tell(SessionEvent.Type.STREAM_PUBLISHED, room, stream);
        desk.loop().execute(() -> awaitTracks(room, stream)); // most publishers add them in this turn
    }

    private void awaitTracks(Room room, IncomingStream stream) {
        if (!stream.tracks().isEmpty() || stream.isEnded()) {
            return;
        }
        stream.addListener(new IncomingStream.Listener() {
            @Override
            public void onTrack(IncomingStream of, IncomingStreamTrack track) {
                of.removeListener(this);
                desk.loop()
                        .execute(
                                () -> tell(SessionEvent.Type.STREAM_STARTED, room, of)); // with those that come with it
            }

            @Override
            public void onEnded(IncomingStream of, long nowNs) {
                of.removeListener(this);
            }
        });
    }

    @Override
    public void onStreamGone(Room room, IncomingStream stream) {
        tell(SessionEvent.Type.STREAM_ENDED, room, stream);
    }

    private void tell(SessionEvent.Type type, Room room, IncomingStream stream) {
        door.emit(new SessionEvent(type, room.name(), stream.name(), publisherOf(stream), ""));
    }

    /** The id of the session that publishes {@code stream}, empty when it is none's. */
    private String publisherOf(IncomingStream stream) {
        for (Session session : door.present()) {
            if (session.desk() == desk && session.publishes(stream)) {
                return session.id();
            }
        }
        return "";
    }
}
