package io.mediatool.core.signalling.session;

import io.mediatool.core.server.IncomingStream;
import io.mediatool.core.server.MediaServer;
import io.mediatool.core.server.Room;

/** Tells of rooms and streams coming and going, whoever makes them. On the loop's thread. */
final class RoomEvents implements MediaServer.Listener, Room.Listener {
    private final SessionDoor door;

    RoomEvents(SessionDoor door) {
        this.door = door;
    }

    @Override
    public void onRoom(Room room) {
        door.emit(new SessionEvent(SessionEvent.Type.ROOM_OPENED, room.name(), "", "", ""));
        room.addListener(this);
    }

    @Override
    public void onRoomGone(Room room) {
        room.removeListener(this);
        door.emit(new SessionEvent(SessionEvent.Type.ROOM_CLOSED, room.name(), "", "", ""));
    }

    @Override
    public void onStream(Room room, IncomingStream stream) {
        tell(SessionEvent.Type.STREAM_PUBLISHED, room, stream);
    }

    @Override
    public void onStreamGone(Room room, IncomingStream stream) {
        tell(SessionEvent.Type.STREAM_ENDED, room, stream);
    }

    private void tell(SessionEvent.Type type, Room room, IncomingStream stream) {
        door.emit(new SessionEvent(type, room.name(), stream.name(), door.publisherOf(stream), ""));
    }
}
