package io.mediatool.core.server.sound;

import io.mediatool.core.audio.catalog.AudioCatalog;
import io.mediatool.core.codec.MediaKind;
import io.mediatool.core.codec.RtpFormat;
import io.mediatool.core.server.IncomingStreamTrack;
import io.mediatool.core.server.Renditions;
import io.mediatool.core.server.Room;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Makes sound in other codecs: AAC, G.711, G.722 and L16 as Opus, and Opus as G.711 and G.722. One for all rooms of a process; any thread. */
public final class SoundStudio implements Renditions.Maker, AutoCloseable {
    private static final int IDLE_SECONDS = 5;

    private final Executor workers;
    private final @Nullable ThreadPoolExecutor pool;

    /** With threads of its own, as many as there are processors at most, while there is work. */
    public SoundStudio() {
        int threads = Runtime.getRuntime().availableProcessors();
        // A track has one task at a time, so that the queue is bounded by them.
        pool = new ThreadPoolExecutor(
                threads, threads, IDLE_SECONDS, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), task -> {
                    Thread thread = new Thread(task, "sound");
                    thread.setDaemon(true);
                    return thread;
                });
        pool.allowCoreThreadTimeOut(true);
        workers = pool;
    }

    /** @param workers runs tasks on any threads */
    public SoundStudio(Executor workers) {
        this.workers = workers;
        this.pool = null;
    }

    @Override
    public Renditions of(IncomingStreamTrack track, Room room) {
        return track.kind() == MediaKind.AUDIO ? new OfTrack(track, room) : Renditions.NONE;
    }

    /** Ends the work; what is being made stops. Harmless when repeated. */
    @Override
    public void close() {
        if (pool != null) {
            pool.shutdown();
        }
    }

    private final class OfTrack implements Renditions {
        private final IncomingStreamTrack track;
        private final Room room;
        private final Map<RtpFormat, TranscodedTrack> running = new LinkedHashMap<>();

        OfTrack(IncomingStreamTrack track, Room room) {
            this.track = track;
            this.room = room;
        }

        private RtpFormat sent() {
            return track.layers().get(0).format();
        }

        @Override
        public List<RtpFormat> formats() {
            return AudioCatalog.madeOf(sent());
        }

        @Override
        public @Nullable String refusal() {
            String why = AudioCatalog.refusal(sent());
            return why == null ? null : why + " cannot be made another codec";
        }

        @Override
        public @Nullable Rendition open(RtpFormat wanted) {
            if (track.source().isEnded() || !formats().contains(wanted)) {
                return null;
            }
            TranscodedTrack made = running.get(wanted);
            if (made == null) {
                made = new TranscodedTrack(track, wanted, room.loop(), workers, () -> running.remove(wanted));
                running.put(wanted, made);
            }
            made.use();
            return made;
        }

        @Override
        public List<Rendition> running() {
            return List.copyOf(running.values());
        }
    }
}
