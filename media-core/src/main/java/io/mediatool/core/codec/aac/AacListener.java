package io.mediatool.core.codec.aac;

import io.mediatool.core.codec.DecoderConfig;

/** Takes the frames of an AAC byte stream, in order. */
public interface AacListener {
    /**
     * One raw access unit.
     *
     * @param unit owned by the callee
     * @param config its AudioSpecificConfig; the same instance while nothing changes
     * @param audio the same, parsed
     */
    void onAccessUnit(byte[] unit, DecoderConfig config, AudioSpecificConfig audio);
}
