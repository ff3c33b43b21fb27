package io.mediatool.core.audio.transcode;

import io.mediatool.core.audio.AudioDecoder;
import io.mediatool.core.audio.Sound;
import io.mediatool.core.audio.catalog.AudioCatalog;
import io.mediatool.core.bits.MalformedException;
import io.mediatool.core.codec.Codec;
import io.mediatool.core.codec.DecoderConfig;
import io.mediatool.core.codec.MediaFrame;
import org.jspecify.annotations.Nullable;

/**
 * Makes frames of another codec of one source's frames. Times follow the source's: a gap becomes silence, a long one stays a gap, and
 * sound that comes a little faster or slower than its timestamps say is bent to them. One thread at a time.
 */
public final class Transcoder {
    private final Codec target;
    private final int sourceClock;
    private final int targetClock;
    private @Nullable DecoderConfig config;
    private @Nullable AudioDecoder decoder;
    private @Nullable SoundLine line;
    private long end = Long.MIN_VALUE;
    private long framesIn;
    private long framesOut;
    private long broken;
    private double silentMs;

    /** Takes frames, in order. */
    public interface Output {
        /**
         * @param data as {@link MediaFrame} holds it
         * @param timestamp when a decoder's output of it is to be heard, in units of the target's clock; a source's timestamp
         *     times both clocks' rates
         */
        void onFrame(byte[] data, long timestamp);

        /** The times of what follows have nothing to do with those before. */
        void onRestart();
    }

    /**
     * @param target one of those that {@link AudioCatalog#madeOf} has
     * @param sourceClock units a second of the timestamps of its frames
     * @param targetClock likewise of what comes out
     */
    public Transcoder(Codec target, int sourceClock, int targetClock) {
        this.target = target;
        this.sourceClock = sourceClock;
        this.targetClock = targetClock;
    }

    /** The target's time for the source's. */
    public static long timestamp(long timestamp, int sourceClock, int targetClock) {
        return Math.floorDiv(Math.multiplyExact(timestamp, (long) targetClock), sourceClock);
    }

    /**
     * Takes the next frame.
     *
     * @param afterLoss whether one or more before it are missing
     */
    public void onFrame(MediaFrame frame, boolean afterLoss, Output output) {
        framesIn++;
        Output counted = new Output() {
            @Override
            public void onFrame(byte[] data, long timestamp) {
                framesOut++;
                output.onFrame(data, timestamp);
            }

            @Override
            public void onRestart() {
                output.onRestart();
            }
        };
        try {
            Sound sound = decoder(frame, counted).decode(frame.data());
            SoundLine to = line(sound, counted);
            silentMs += to.onSound(sound, timestamp(frame.timestamp(), sourceClock, targetClock), afterLoss, counted);
        } catch (MalformedException e) {
            broken++; // its time passes all the same: the next one finds a gap
        }
    }

    private AudioDecoder decoder(MediaFrame frame, Output output) throws MalformedException {
        DecoderConfig own = frame.config();
        if (own == null) {
            throw new MalformedException("a frame before its configuration", -1);
        }
        AudioDecoder open = decoder;
        if (open == null || !own.equals(config)) {
            flush(output);
            decoder = null;
            config = own;
            open = AudioCatalog.decoder(own);
            decoder = open;
        }
        return open;
    }

    private SoundLine line(Sound sound, Output output) {
        SoundLine before = line;
        if (before != null && before.takes(sound)) {
            return before;
        }
        flush(output);
        SoundLine made = new SoundLine(sound, AudioCatalog.encoder(target, sound.channels()), targetClock, end);
        line = made;
        return made;
    }

    /** Gives out all that is still inside, the last frame filled up with silence. */
    public void flush(Output output) {
        SoundLine open = line;
        line = null;
        if (open != null) {
            open.finish(output);
            end = open.end();
        }
    }

    /** What follows has nothing to do with what was before, not even in time. */
    public void restart(Output output) {
        flush(output);
        end = Long.MIN_VALUE;
    }

    public long framesIn() {
        return framesIn;
    }

    public long framesOut() {
        return framesOut;
    }

    /** Frames that could not be decoded. */
    public long broken() {
        return broken;
    }

    /** Silence that was put in for what is missing. */
    public double silentMs() {
        return silentMs;
    }
}
