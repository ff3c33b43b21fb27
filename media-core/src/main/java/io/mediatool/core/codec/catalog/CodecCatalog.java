package io.mediatool.core.codec.catalog;

import io.mediatool.core.codec.Codec;
import io.mediatool.core.codec.CodecModule;
import io.mediatool.core.codec.aac.AacModule;
import io.mediatool.core.codec.av1.Av1Module;
import io.mediatool.core.codec.h264.H264Module;
import io.mediatool.core.codec.h265.H265Module;
import io.mediatool.core.codec.opus.OpusModule;
import io.mediatool.core.codec.pcm.G722Module;
import io.mediatool.core.codec.pcm.PcmModule;
import io.mediatool.core.codec.vp8.Vp8Module;
import io.mediatool.core.codec.vp9.Vp9Module;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Finds the module of a codec. Adding a codec is its package, its name in {@link Codec}, and one line here. */
public final class CodecCatalog {
    private static final Map<Codec, CodecModule> MODULES = modules();

    private CodecCatalog() {}

    /** The module of a codec, one instance for all. */
    public static CodecModule of(Codec codec) {
        CodecModule module = MODULES.get(codec);
        if (module == null) {
            throw new IllegalStateException("no module for " + codec);
        }
        return module;
    }

    /** The module that reads tracks of this sample entry ({@code avc1}, {@code mp4a}), or null when none does. */
    public static @Nullable CodecModule ofSampleEntry(String fourcc) {
        for (CodecModule module : MODULES.values()) {
            if (module.readsSampleEntry(fourcc)) {
                return module;
            }
        }
        return null;
    }

    private static Map<Codec, CodecModule> modules() {
        Map<Codec, CodecModule> modules = new EnumMap<>(Codec.class);
        for (CodecModule module : new CodecModule[] {
            new H264Module(),
            new H265Module(),
            new Vp8Module(),
            new Vp9Module(),
            new Av1Module(),
            new OpusModule(),
            new AacModule(),
            new PcmModule(Codec.PCMU),
            new PcmModule(Codec.PCMA),
            new G722Module(),
            new PcmModule(Codec.L16)
        }) {
            modules.put(module.codec(), module);
        }
        return Collections.unmodifiableMap(modules);
    }
}
