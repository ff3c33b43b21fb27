package io.mediatool.core.codec.aac;

import io.mediatool.core.bits.BitReader;
import io.mediatool.core.bits.BitWriter;
import io.mediatool.core.bits.MalformedException;
import io.mediatool.core.codec.Codec;
import io.mediatool.core.codec.DecoderConfig;
import java.util.Arrays;

/**
 * What an AAC decoder must know first, ISO/IEC 14496-3 §1.6.2.1.
 *
 * <pre>
 * | audioObjectType (5, 31: +6) | samplingFrequencyIndex (4, 15: +24) | channelConfiguration (4) |
 * type 5 or 29: | extension frequency (4, 15: +24) | audioObjectType (5) |
 * | GASpecificConfig ... | sync extension 0x2b7 (11) ... |
 * </pre>
 *
 * @param objectType of the core: 2 is AAC LC
 * @param sampleRate of the core, in Hz
 * @param extensionRate of the output where SBR is signalled, else 0
 * @param channels of the core, 1 to 64
 * @param parametricStereo whether PS is signalled: one channel becomes two
 * @param frameLength samples of the core in one frame: 1024, 960, 512 or 480
 */
public record AudioSpecificConfig(
        int objectType, int sampleRate, int extensionRate, int channels, boolean parametricStereo, int frameLength) {

    private static final int SBR = 5;
    private static final int PS = 29;
    private static final int ELD = 39;
    private static final int[] RATES = {
        96_000, 88_200, 64_000, 48_000, 44_100, 32_000, 24_000, 22_050, 16_000, 12_000, 11_025, 8_000, 7_350
    };
    private static final int[] CHANNELS = {0, 1, 2, 3, 4, 5, 6, 8, 0, 0, 0, 7, 8, 24, 8, 0};

    /** Reads a configuration from its own bytes. */
    public static AudioSpecificConfig parse(byte[] bytes) throws MalformedException {
        return read(new BitReader(bytes));
    }

    /**
     * Reads a configuration that other bits may follow. The sync extension of §1.6.5.3 is looked for even there: what
     * follows in LATM would begin with a reserved frameLengthType if it looked the same.
     */
    static AudioSpecificConfig read(BitReader in) throws MalformedException {
        AudioSpecificConfig core = readCore(in);
        return core.extensionRate == 0 && core.objectType != ELD ? core.withSyncExtension(in) : core;
    }

    private static AudioSpecificConfig readCore(BitReader in) throws MalformedException {
        int type = objectType(in);
        int rate = rate(in);
        int channelConfiguration = in.u(4);
        int extensionRate = 0;
        boolean ps = type == PS;
        if (type == SBR || type == PS) {
            extensionRate = rate(in);
            type = objectType(in);
            in.skip(type == 22 ? 4 : 0);
        }
        if (type == SBR || type == PS) {
            throw new MalformedException("aac: SBR over SBR", in.positionBits() / 8);
        }
        if (type == ELD) {
            return eld(in, rate, channelConfiguration);
        }
        int channels = CHANNELS[channelConfiguration];
        boolean shortFrames = in.flag();
        in.skip(in.flag() ? 14 : 0); // dependsOnCoreCoder: coreCoderDelay
        boolean extension = in.flag();
        if (!generalAudio(type)) {
            throw new MalformedException("aac: not an AAC object type", 0);
        }
        if (channelConfiguration == 0) {
            channels = ProgramConfig.readChannels(in);
        }
        if (channels == 0) {
            throw new MalformedException("aac: reserved channel configuration", 1);
        }
        skipGeneralAudioTail(in, type, extension);
        int frameLength = type == 23 ? (shortFrames ? 480 : 512) : shortFrames ? 960 : 1024;
        return new AudioSpecificConfig(type, rate, extensionRate, channels, ps, frameLength);
    }

    /** The two or five bytes that describe AAC of one of the usual kinds, without extensions. */
    public static byte[] write(int objectType, int sampleRate, int channelConfiguration) {
        BitWriter out = new BitWriter().bits(objectType, 5);
        int index = Arrays.binarySearch(descending(), -sampleRate);
        if (index >= 0) {
            out.bits(index, 4);
        } else {
            out.bits(15, 4).bits(sampleRate, 24);
        }
        return out.bits(channelConfiguration, 4).bits(0, 3).toByteArray();
    }

    /** The rate of a samplingFrequencyIndex below 15. */
    static int rateOf(int index) throws MalformedException {
        if (index >= RATES.length) {
            throw new MalformedException("aac: reserved sampling rate", 0);
        }
        return RATES[index];
    }

    /** Samples a second that come out of a decoder that follows the signalled extensions. */
    public int outputRate() {
        return extensionRate > 0 ? extensionRate : sampleRate;
    }

    public int outputChannels() {
        return parametricStereo && channels == 1 ? 2 : channels;
    }

    /** Units of a clock that one frame lasts; with SBR the clock may count core or output samples, both come out right. */
    public int frameDuration(int clockRate) {
        return (int) Math.max(1, Math.min(Integer.MAX_VALUE, (long) frameLength * clockRate / sampleRate));
    }

    /** The configuration whose record is {@code bytes}, the bytes that this was parsed from. */
    public DecoderConfig toDecoderConfig(byte[] bytes) {
        return DecoderConfig.audio(Codec.AAC, bytes, outputRate(), outputChannels());
    }

    private AudioSpecificConfig withSyncExtension(BitReader in) throws MalformedException {
        if (!skipIfNext(in, 0x2b7 << 5 | SBR, 16) || !in.flag()) {
            return this;
        }
        int extension = rate(in);
        boolean ps = skipIfNext(in, 0x548, 11) && in.flag();
        return new AudioSpecificConfig(objectType, sampleRate, extension, channels, ps, frameLength);
    }

    private static boolean skipIfNext(BitReader in, int value, int bits) throws MalformedException {
        boolean next = in.remainingBits() > bits && in.copy().u(bits) == value;
        in.skip(next ? bits : 0);
        return next;
    }

    private static int objectType(BitReader in) throws MalformedException {
        int type = in.u(5);
        return type == 31 ? 32 + in.u(6) : type;
    }

    private static int rate(BitReader in) throws MalformedException {
        int index = in.u(4);
        int rate = index == 15 ? in.u(24) : rateOf(index);
        if (rate == 0) {
            throw new MalformedException("aac: sampling rate is 0", in.positionBits() / 8);
        }
        return rate;
    }

    private static boolean generalAudio(int type) {
        return switch (type) {
            case 1, 2, 3, 4, 6, 7, 17, 19, 20, 21, 22, 23 -> true;
            default -> false;
        };
    }

    /** GASpecificConfig() of §4.4.1 after the channels, then epConfig of the error resilient types. */
    private static void skipGeneralAudioTail(BitReader in, int type, boolean extension) throws MalformedException {
        in.skip(type == 6 || type == 20 ? 3 : 0); // layerNr
        if (extension) {
            in.skip(type == 22 ? 16 : 0);
            in.skip(type == 17 || type == 19 || type == 20 || type == 23 ? 3 : 0);
            in.skip(1);
        }
        if (type >= 17 && in.u(2) > 1) {
            throw new MalformedException("aac: error protection is not supported", in.positionBits() / 8);
        }
    }

    /** ELDSpecificConfig() begins with the frame length; what follows stays in the bytes for the decoder. */
    private static AudioSpecificConfig eld(BitReader in, int rate, int channelConfiguration) throws MalformedException {
        int channels = CHANNELS[channelConfiguration];
        if (channels == 0) {
            throw new MalformedException("aac: reserved channel configuration", 1);
        }
        return new AudioSpecificConfig(ELD, rate, 0, channels, false, in.flag() ? 480 : 512);
    }

    private static int[] descending() {
        return Arrays.stream(RATES).map(rate -> -rate).toArray();
    }
}
