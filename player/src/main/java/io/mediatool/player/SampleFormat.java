package io.mediatool.player;

import io.mediatool.core.bits.ByteWriter;
import io.mediatool.core.bits.MalformedException;
import io.mediatool.core.codec.Codec;
import io.mediatool.core.codec.CodecModule;
import io.mediatool.core.codec.DecoderConfig;
import io.mediatool.core.codec.SampleDescription;
import io.mediatool.core.codec.catalog.CodecCatalog;
import org.jspecify.annotations.Nullable;

/**
 * How the samples of one sample description become frames.
 *
 * @param module the codec's
 * @param config what its decoder needs
 * @param lengthBytes bytes of the length before each NAL unit in the file; 0 where samples have none
 * @param swapped whether samples are 16-bit PCM with the low byte first, which RTP sends high byte first
 */
record SampleFormat(CodecModule module, DecoderConfig config, int lengthBytes, boolean swapped) {

    /**
     * The format of {@code entry}, or null when no codec of ours reads it.
     *
     * @throws MalformedException when it is ours and broken
     */
    static @Nullable SampleFormat of(SampleDescription entry) throws MalformedException {
        SampleDescription known = linear(entry);
        CodecModule module = CodecCatalog.ofSampleEntry(known.type());
        if (module == null || module.codec() == Codec.L16 && known.sampleSizeBits() != 16) {
            return null;
        }
        DecoderConfig config = module.configOf(known);
        boolean swapped = known != entry && isLittleEndian(entry);
        return new SampleFormat(module, config, lengthBytes(entry), swapped);
    }

    /** The sample as a {@code MediaFrame} holds it; the same array where nothing is to be done. */
    byte[] convert(byte[] sample) throws MalformedException {
        if (swapped) {
            return swap(sample);
        }
        return lengthBytes == 0 || lengthBytes == 4 ? sample : lengthen(sample);
    }

    /** ISO/IEC 14496-15 §5.3.3.1 (avcC) and §8.3.3.1 (hvcC): lengthSizeMinusOne is the two low bits of one octet. */
    private static int lengthBytes(SampleDescription entry) {
        int at = entry.configType().equals("avcC") ? 4 : entry.configType().equals("hvcC") ? 21 : -1;
        return at < 0 || at >= entry.config().length ? 0 : (entry.config()[at] & 3) + 1;
    }

    /** QuickTime's {@code sowt} and ISO/IEC 23003-5 {@code ipcm} are {@code twos} by another name, once they are swapped. */
    private static SampleDescription linear(SampleDescription entry) {
        boolean alias = entry.type().equals("sowt") || entry.type().equals("ipcm");
        return alias
                ? new SampleDescription(
                        "twos", "", new byte[0], 0, 0, entry.sampleRate(), entry.channels(), bits(entry))
                : entry;
    }

    private static boolean isLittleEndian(SampleDescription entry) {
        byte[] pcmC = entry.config();
        // pcmC is a full box: version and flags, then format flags (1: little-endian), then the sample size in bits.
        return entry.type().equals("sowt") || pcmC.length > 4 && (pcmC[4] & 1) == 1;
    }

    private static int bits(SampleDescription entry) {
        byte[] pcmC = entry.config();
        return entry.type().equals("ipcm") && pcmC.length > 5 ? pcmC[5] : entry.sampleSizeBits();
    }

    private static byte[] swap(byte[] sample) {
        byte[] swapped = new byte[sample.length & ~1];
        for (int i = 0; i < swapped.length; i += 2) {
            swapped[i] = sample[i + 1];
            swapped[i + 1] = sample[i];
        }
        return swapped;
    }

    private byte[] lengthen(byte[] sample) throws MalformedException {
        ByteWriter out = new ByteWriter(sample.length + 64);
        int at = 0;
        while (at < sample.length) {
            if (sample.length - at < lengthBytes) {
                throw new MalformedException("nal: truncated length", at);
            }
            int length = 0;
            for (int i = 0; i < lengthBytes; i++) {
                length = length << 8 | (sample[at + i] & 0xff);
            }
            at += lengthBytes;
            if (length > sample.length - at) {
                throw new MalformedException("nal: length exceeds sample", at - lengthBytes);
            }
            out.u32(length).bytes(sample, at, length);
            at += length;
        }
        return out.toByteArray();
    }
}
