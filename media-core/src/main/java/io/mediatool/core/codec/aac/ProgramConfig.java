package io.mediatool.core.codec.aac;

import io.mediatool.core.bits.BitReader;
import io.mediatool.core.bits.MalformedException;

/** program_config_element() of ISO/IEC 14496-3 §4.4.1.1, which lists the channels where channelConfiguration is 0. */
final class ProgramConfig {
    private ProgramConfig() {}

    /** Reads over the element and answers how many channels it lists. */
    static int readChannels(BitReader in) throws MalformedException {
        in.skip(4 + 2 + 4); // element instance tag, object type, sampling rate
        int front = in.u(4);
        int side = in.u(4);
        int back = in.u(4);
        int lowFrequency = in.u(2);
        int associated = in.u(3);
        int coupling = in.u(4);
        in.skip(in.flag() ? 4 : 0); // mono mixdown
        in.skip(in.flag() ? 4 : 0); // stereo mixdown
        in.skip(in.flag() ? 3 : 0); // matrix mixdown
        int channels = lowFrequency;
        for (int element = front + side + back; element > 0; element--) {
            channels += in.flag() ? 2 : 1; // is_cpe
            in.skip(4);
        }
        in.skip(4L * (lowFrequency + associated) + 5L * coupling);
        in.skip(-in.positionBits() & 7); // from the start of the AudioSpecificConfig, §4.5.1.1
        in.skip(8L * in.u(8)); // comment
        return channels;
    }
}
