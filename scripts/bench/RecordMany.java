import io.mediatool.core.loop.EventLoop;
import io.mediatool.core.loop.EventLoops;
import io.mediatool.core.server.Room;
import io.mediatool.ingest.source.IngestOptions;
import io.mediatool.ingest.source.RtpIngest;
import io.mediatool.ingest.source.SourceSpec;
import io.mediatool.recorder.Recorder;
import io.mediatool.recorder.RecorderOptions;
import io.mediatool.recorder.RecordingSummary;
import io.mediatool.recorder.TrackSummary;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Many recordings in one process, for {@code record-many.sh}: {@code RecordMany DIRECTORY COUNT}. Prints a port for each
 * recording, records until standard input ends, then one line for each recording: frames, packets, lost.
 */
public final class RecordMany {
    private static final int FILE_THREADS = 4;

    private RecordMany() {}

    public static void main(String[] args) throws Exception {
        int count = Integer.parseInt(args[1]);
        List<Recorder> recorders = new ArrayList<>();
        List<ExecutorService> files = new ArrayList<>();
        for (int i = 0; i < FILE_THREADS; i++) {
            files.add(Executors.newSingleThreadExecutor());
        }
        StringBuilder ports = new StringBuilder();
        try (EventLoop loop = EventLoops.open("media", Throwable::printStackTrace, EventLoops.receivingEngine())) {
            for (int i = 0; i < count; i++) {
                Room room = new Room("room-" + i, loop);
                RecorderOptions options = RecorderOptions.defaults(Path.of(args[0], i + ".mp4"));
                ExecutorService thread = files.get(i % FILE_THREADS); // one thread for each recorder: its file work runs in order
                Recorder recorder = Recorder.start(loop, options, InstantSource.system(), thread, new Silent());
                recorders.add(recorder);
                loop.execute(() -> room.addListener((r, stream) -> recorder.add(stream)));
                RtpIngest ingest = openOnFreePort(room);
                ports.append(ingest.snapshot().ports().get(0).local().getPort()).append('\n');
            }
            System.out.print(ports);
            System.out.flush();
            while (System.in.read() >= 0) {
                // until the script closes it
            }
            for (Recorder recorder : recorders) {
                RecordingSummary summary = recorder.stop().join();
                TrackSummary track = summary.tracks().isEmpty() ? null : summary.tracks().get(0);
                System.out.println(track == null ? "0 0 0" : track.frames() + " " + track.packets() + " " + track.lost());
            }
        }
        files.forEach(ExecutorService::shutdown);
    }

    private static int next = 20_000;

    private static RtpIngest openOnFreePort(Room room) throws Exception {
        while (true) {
            next += 2;
            List<SourceSpec> source =
                    List.of(SourceSpec.parse("rtp://127.0.0.1:" + next + "?codec=h264&pt=96", InputStream.nullInputStream()));
            try {
                return RtpIngest.open(
                        room, "push", source, IngestOptions.defaults(), InstantSource.system(), new SecureRandom(), new Quiet());
            } catch (IOException e) {
                if (next > 60_000) {
                    throw e;
                }
            }
        }
    }

    private static final class Silent implements Recorder.Listener {
        @Override
        public void onWarning(String line) {
            System.err.println(line);
        }

        @Override
        public void onFailed(IOException cause) {
            System.err.println(cause.getMessage());
        }
    }

    private static final class Quiet implements RtpIngest.Listener {
        @Override
        public void onLine(String line) {
            System.err.println(line);
        }
    }
}
