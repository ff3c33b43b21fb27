package io.mediatool.ingest.mpegts;

import io.mediatool.core.codec.Codec;
import org.jspecify.annotations.Nullable;

/**
 * An elementary stream as a program map announces it.
 *
 * @param pid 16 to 8190
 * @param program program number
 * @param streamType of ISO/IEC 13818-1 Table 2-34
 * @param codec what it is, or null for one that is not supported: no frames will come of it
 * @param name what people call it: {@code H.264}, {@code AC-3}
 * @param opusChannels channels that the Opus descriptor tells, else 0
 */
public record TsStream(
        int pid, int program, int streamType, @Nullable Codec codec, String name, int opusChannels) {}
