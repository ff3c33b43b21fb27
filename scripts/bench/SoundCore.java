import io.mediatool.core.audio.transcode.Transcoder;
import io.mediatool.core.codec.Codec;
import io.mediatool.core.codec.MediaFrame;
import io.mediatool.core.codec.aac.AdtsReader;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** How many AAC streams one core makes Opus in real time: SoundCore FILE.aac SECONDS, where the file is ADTS. */
public final class SoundCore {
    private SoundCore() {}

    private static final class Sink implements Transcoder.Output {
        long bytes;

        @Override
        public void onFrame(byte[] data, long timestamp) {
            bytes += data.length;
        }

        @Override
        public void onRestart() {}
    }

    public static void main(String[] arguments) throws Exception {
        byte[] all = Files.readAllBytes(Path.of(arguments[0]));
        double seconds = Double.parseDouble(arguments[1]);
        List<MediaFrame> frames = new ArrayList<>();
        new AdtsReader().read(all, 0, all.length, (data, config, audio) ->
                frames.add(new MediaFrame(data, 0, 1_024, true, config, false)));
        int rate = frames.get(0).config().sampleRate();
        run(frames, rate, 10); // for the compiler
        long before = cpu();
        Transcoder done = run(frames, rate, seconds);
        double spent = (cpu() - before) / 1e9;
        System.out.printf(
                "AAC %d Hz, %d ch to Opus: %.1f in real time a core (%.2f s of CPU for %.0f s; %d frames, %d broken)%n",
                rate, frames.get(0).config().channels(), seconds / spent, spent, seconds, done.framesIn(), done.broken());
    }

    private static long cpu() {
        return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    }

    private static Transcoder run(List<MediaFrame> frames, int rate, double seconds) {
        Transcoder transcoder = new Transcoder(Codec.OPUS, rate, 48_000);
        Sink sink = new Sink();
        for (long i = 0; i * 1_024 < seconds * rate; i++) {
            MediaFrame frame = frames.get((int) (i % frames.size()));
            transcoder.onFrame(new MediaFrame(frame.data(), i * 1_024, 1_024, true, frame.config(), false), false, sink);
        }
        transcoder.flush(sink);
        return transcoder;
    }
}
