package io.mediatool.core.transport;

import io.mediatool.core.loop.EventLoop;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The peers of a port for whom packets are queued in a turn, which are given to the kernel together. For the loop's thread. */
final class DirtyOutputs {
    /** What is queued for so many peers is still in the cache when it is sent, and its buffers are when the next ones take them. */
    private static final int PEERS_PER_FLUSH = 16;

    private final EventLoop loop;
    private final Runnable sockets;
    private List<SrtpOutput> dirty = new ArrayList<>();
    private List<SrtpOutput> flushing = new ArrayList<>();
    private boolean reading;
    private boolean scheduled;
    private @Nullable Runnable onFlush;

    /** @param sockets gives the kernel what outputs have handed over */
    DirtyOutputs(EventLoop loop, Runnable sockets) {
        this.loop = loop;
        this.sockets = sockets;
    }

    /** Something has arrived: {@link #endTurn} follows when all of it has been taken. */
    void beginTurn() {
        reading = true;
    }

    void endTurn() {
        reading = false;
        flush();
    }

    /** The output has packets to be sent: at the end of this turn at the latest, or as soon as the turn under way is over. */
    void add(SrtpOutput output) {
        if (dirty.size() == PEERS_PER_FLUSH) {
            flush(); // sources give to one peer after the other
        }
        dirty.add(output);
        if (!reading && !scheduled) {
            scheduled = true;
            loop.execute(() -> {
                scheduled = false;
                flush();
            });
        }
    }

    private void flush() {
        List<SrtpOutput> now = dirty;
        if (now.isEmpty()) {
            return;
        }
        dirty = flushing;
        flushing = now;
        for (int i = 0; i < now.size(); i++) {
            now.get(i).flush();
        }
        now.clear();
        sockets.run();
        Runnable told = onFlush;
        if (told != null) {
            told.run();
        }
    }

    /** Told whenever what was queued has been given to the kernel. */
    void onFlush(Runnable listener) {
        onFlush = listener;
    }
}
