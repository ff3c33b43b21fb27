package io.mediatool.core.audio.aac;

import io.mediatool.core.audio.AudioDecoder;
import io.mediatool.core.audio.Sound;
import io.mediatool.core.bits.MalformedException;
import io.mediatool.core.codec.aac.AudioSpecificConfig;
import net.sourceforge.jaad.aac.AACDecoderConfig;
import net.sourceforge.jaad.aac.AACException;
import net.sourceforge.jaad.aac.SampleBuffer;
import net.sourceforge.jaad.aac.filterbank.FilterBank;
import net.sourceforge.jaad.aac.syntax.BitStream;
import net.sourceforge.jaad.aac.syntax.SyntacticElements;
import org.jcodec.common.logging.LogLevel;
import org.jcodec.common.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * AAC LC, and of HE-AAC the core that every decoder of AAC LC plays (ISO/IEC 14496-3 §1.6.5: backward compatible): its lower half of the
 * spectrum, without parametric stereo.
 */
public final class AacDecoder implements AudioDecoder {
    private static final int LOW_COMPLEXITY = 2;
    /** More has no frame of eight channels (§4.5.3.1: 6144 bits a channel). */
    private static final int MAX_FRAME_BYTES = 8 * 6_144 / 8;

    static {
        // It prints what it finds broken, to the standard output.
        Logger.setLevel(LogLevel.ERROR);
        Logger.addSink(message -> {});
    }

    private final AudioSpecificConfig config;
    private final byte[] core;
    private AACDecoderConfig parsed;
    private final SampleBuffer samples = new SampleBuffer();
    private final BitStream bits = new BitStream();
    private final NoiseBands noise = new NoiseBands();
    private SyntacticElements elements;
    private FilterBank filters;

    /**
     * @param record the AudioSpecificConfig
     * @throws MalformedException when it is none, or of a kind that cannot be decoded: see {@link #refusal}
     */
    public AacDecoder(byte[] record) throws MalformedException {
        config = AudioSpecificConfig.parse(record);
        if (refusal(config) != null) {
            throw new MalformedException("aac: a kind that is not decoded", 0);
        }
        core = AudioSpecificConfig.write(
                LOW_COMPLEXITY, config.sampleRate(), config.channels() == 8 ? 7 : config.channels());
        parsed = parse(core);
        elements = new SyntacticElements(parsed);
        filters = filters(config.channels());
    }

    /** Why sound of this kind is not decoded, in a few words; null when it is. */
    public static @Nullable String refusal(AudioSpecificConfig config) {
        if (config.objectType() != LOW_COMPLEXITY) {
            return "AAC of object type " + config.objectType() + " (only AAC LC and the core of HE-AAC are decoded)";
        }
        if (config.frameLength() != 1_024) {
            return "AAC with frames of " + config.frameLength() + " samples (only those of 1024 are decoded)";
        }
        boolean known = config.channels() <= 6 || config.channels() == 8;
        return known ? null : "AAC with " + config.channels() + " channels";
    }

    private static AACDecoderConfig parse(byte[] record) throws MalformedException {
        try {
            AACDecoderConfig parsed = AACDecoderConfig.parseMP4DecoderSpecificInfo(record);
            parsed.setSBREnabled(false);
            return parsed;
        } catch (AACException | RuntimeException e) {
            throw new MalformedException("aac: a configuration that is not decoded", 0);
        }
    }

    private static FilterBank filters(int channels) throws MalformedException {
        try {
            return new FilterBank(false, channels);
        } catch (AACException e) {
            throw new MalformedException("aac: a configuration that is not decoded", 0);
        }
    }

    private void reset() throws MalformedException {
        parsed = parse(core); // a frame can change it
        elements = new SyntacticElements(parsed);
        filters = filters(config.channels());
    }

    @Override
    public Sound decode(byte[] frame) throws MalformedException {
        if (frame.length == 0 || frame.length > MAX_FRAME_BYTES) {
            throw new MalformedException("aac: no frame has this size", -1);
        }
        samples.setData(new byte[0], 0, 0, 0, 0);
        try {
            bits.setData(frame);
            elements.startNewFrame();
            elements.decode(bits);
            noise.fill(elements);
            elements.process(filters);
            elements.sendToOutput(samples);
        } catch (AACException | RuntimeException e) {
            // JCodec reports broken frames by whatever went wrong inside, and what is left of it is not to be trusted.
            reset();
            throw new MalformedException("aac: a frame that cannot be decoded", -1);
        }
        int channels = samples.getChannels();
        byte[] data = samples.getData();
        boolean changed = parsed.getSampleFrequency().getFrequency() != samples.getSampleRate()
                || samples.getSampleRate() != config.sampleRate()
                || parsed.getProfile().getIndex() != LOW_COMPLEXITY;
        if (changed || channels < 1 || channels > 8 || data.length != channels * config.frameLength() * 2) {
            reset();
            throw new MalformedException("aac: a frame without sound", -1);
        }
        return Sound.of(data, channels, config.sampleRate());
    }
}
