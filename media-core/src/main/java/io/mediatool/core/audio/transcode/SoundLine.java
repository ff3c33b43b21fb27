package io.mediatool.core.audio.transcode;

import io.mediatool.core.audio.AudioEncoder;
import io.mediatool.core.audio.Resampler;
import io.mediatool.core.audio.Sound;
import java.util.Arrays;

/** Sound of one rate, from where its timestamps put it, to frames of an encoder. */
final class SoundLine {
    /** So far a source's samples and its timestamps may be apart, in seconds, before silence is put in or sound left out. */
    private static final double TOLERANCE = 0.015;
    /** The same where packets are known to be missing. */
    private static final double TOLERANCE_AFTER_LOSS = 0.002;
    /** A longer gap is no silence: nothing is sent. */
    private static final double LONG_GAP = 1;
    /** Time that runs back by more is another time. */
    private static final double FAR_BACK = 1;
    /** Sound is bent where it is away from its timestamps by more than this ... */
    private static final double BEND_ABOVE = 0.001;
    /** ... until it is away by less. */
    private static final double BEND_UNTIL = 0.000_1;

    private static final int MAX_BEND_PPM = 2_000;
    /** Of the error that is bent away a second. */
    private static final double BEND_PER_SECOND = 0.2;
    /** Timestamps jitter; sampling clocks do not: the error is seen through a filter of so many seconds. */
    private static final double FILTER_SECONDS = 1;

    private final int inRate;
    private final int outRate;
    private final AudioEncoder encoder;
    private final int targetClock;
    private final long notBefore;
    private final float[][] frame;
    private Resampler resampler;
    private boolean anchored;
    private long anchor;
    private long taken;
    private double error;
    private boolean bending;
    private double silentMs;

    /** @param notBefore what is earlier has been sent already; a time in the distant past for no such bound */
    SoundLine(Sound first, AudioEncoder encoder, int targetClock, long notBefore) {
        this.notBefore = notBefore;
        this.inRate = first.rate();
        this.outRate = encoder.sampleRate();
        this.encoder = encoder;
        this.targetClock = targetClock;
        this.frame = new float[encoder.channels()][encoder.frameSamples()];
        this.resampler = new Resampler(inRate, outRate, encoder.channels());
    }

    /** Whether it is of the rate that this was made for; the number of channels may change. */
    boolean takes(Sound sound) {
        return sound.rate() == inRate;
    }

    /**
     * Takes the next sound.
     *
     * @param timestamp of its first sample, in units of the target's clock
     * @return how many milliseconds of silence were put in before it
     */
    double onSound(Sound sound, long timestamp, boolean afterLoss, Transcoder.Output output) {
        silentMs = 0;
        int skip = place(timestamp, afterLoss, sound, output);
        float[][] planes = sound.withChannels(encoder.channels()).planes();
        resampler.push(planes, skip, sound.length() - skip);
        emit(output);
        return silentMs;
    }

    /** Has the next sample be where its timestamp says. @return samples to leave out */
    private int place(long timestamp, boolean afterLoss, Sound sound, Transcoder.Output output) {
        if (!anchored) {
            return begin(timestamp, sound, output);
        }
        double wanted = (double) (timestamp - anchor) * outRate / targetClock;
        double away = wanted - resampler.position();
        double tolerance = outRate * (afterLoss ? TOLERANCE_AFTER_LOSS : TOLERANCE);
        if (away > outRate * LONG_GAP || away < -outRate * FAR_BACK) {
            finish(output);
            if (away < 0) {
                output.onRestart();
            }
            resampler = new Resampler(inRate, outRate, encoder.channels());
            anchor(timestamp);
            return 0;
        }
        if (away > tolerance) {
            silentMs = 1e3 * away / outRate;
            resampler.pushSilence((int) Math.round(away * inRate / outRate));
            settle();
            return 0;
        }
        if (away < -tolerance) {
            settle();
            return (int) Math.min(sound.length(), Math.round(-away * inRate / outRate));
        }
        bend(away / outRate, (double) sound.length() / inRate);
        return 0;
    }

    private int begin(long timestamp, Sound sound, Transcoder.Output output) {
        long early = notBefore == Long.MIN_VALUE ? 0 : notBefore - timestamp;
        if (early > targetClock * FAR_BACK) {
            output.onRestart();
        } else if (early > 0) {
            int skip = (int) -Math.floorDiv(-early * inRate, (long) targetClock);
            if (skip < sound.length()) {
                anchor(timestamp + (long) skip * targetClock / inRate);
            }
            return Math.min(skip, sound.length());
        }
        anchor(timestamp);
        return 0;
    }

    /** When the last frame that was given out ends. */
    long end() {
        return anchor + taken * targetClock / outRate;
    }

    private void anchor(long timestamp) {
        anchored = true;
        anchor = timestamp;
        taken = 0;
        settle();
    }

    private void settle() {
        error = 0;
        bending = false;
        resampler.bend(0);
    }

    /** Sound that is behind its timestamps runs slower, so that it reaches further. */
    private void bend(double awaySeconds, double seconds) {
        error += (awaySeconds - error) * Math.min(1, seconds / FILTER_SECONDS);
        double size = Math.abs(error);
        bending = size > BEND_ABOVE || bending && size > BEND_UNTIL;
        int ppm = bending ? (int) Math.round(-error * BEND_PER_SECOND * 1e6) : 0;
        resampler.bend(Math.max(-MAX_BEND_PPM, Math.min(MAX_BEND_PPM, ppm)));
    }

    private void emit(Transcoder.Output output) {
        while (resampler.available() >= encoder.frameSamples()) {
            resampler.take(frame, 0, encoder.frameSamples());
            encode(output);
        }
    }

    private void encode(Transcoder.Output output) {
        long samples = taken - encoder.delaySamples();
        taken += encoder.frameSamples();
        output.onFrame(encoder.encode(frame), anchor + Math.floorDiv(samples * targetClock, outRate));
    }

    /** Gives out what is still inside, the last frame filled up with silence. */
    void finish(Transcoder.Output output) {
        resampler.drain();
        emit(output);
        int rest = resampler.available();
        if (rest > 0) {
            for (float[] plane : frame) {
                Arrays.fill(plane, 0);
            }
            resampler.take(frame, 0, rest);
            encode(output);
        }
    }
}
