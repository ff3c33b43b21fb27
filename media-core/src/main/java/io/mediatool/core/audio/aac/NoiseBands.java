package io.mediatool.core.audio.aac;

import java.lang.reflect.Field;
import net.sourceforge.jaad.aac.AACException;
import net.sourceforge.jaad.aac.syntax.CPE;
import net.sourceforge.jaad.aac.syntax.ICSInfo;
import net.sourceforge.jaad.aac.syntax.ICStream;
import net.sourceforge.jaad.aac.syntax.SyntacticElements;
import org.jspecify.annotations.Nullable;

/**
 * Perceptual noise substitution (ISO/IEC 14496-3 §4.6.13): bands of which only the energy is coded. JAAD multiplies its random number by an even one,
 * has nothing but zeros after sixteen steps and divides by their energy: not a number, and silence to the end of the window and
 * beyond. FFmpeg's encoder uses such bands in nearly every frame. So they are filled again, between reading and filtering, and the
 * parts that JAAD does not show are reached by reflection.
 */
final class NoiseBands {
    private static final int NOISE = 13; // NOISE_HCB
    private static final int WINDOW_SAMPLES = 128;
    private static final Field ELEMENTS = field(SyntacticElements.class, "elements");
    private static final Field STREAM = field("net.sourceforge.jaad.aac.syntax.SCE_LFE", "ics");

    private int state = 0x1f2e3d4c;

    private static Field field(Class<?> owner, String name) {
        try {
            Field field = owner.getDeclaredField(name);
            field.setAccessible(true);
            return field;
        } catch (NoSuchFieldException e) {
            throw new IllegalStateException("another JAAD than JCodec 0.2.5 has", e);
        }
    }

    private static Field field(String owner, String name) {
        try {
            return field(Class.forName(owner), name);
        } catch (ClassNotFoundException e) {
            throw new IllegalStateException("another JAAD than JCodec 0.2.5 has", e);
        }
    }

    /** Fills the noise bands of a frame that has been read. */
    void fill(SyntacticElements read) {
        try {
            for (Object element : (Object[]) ELEMENTS.get(read)) {
                if (element instanceof CPE pair) {
                    fill(pair.getLeftChannel(), null);
                    fill(pair.getRightChannel(), pair);
                } else if (element != null && STREAM.getDeclaringClass().isInstance(element)) {
                    fill((ICStream) STREAM.get(element), null);
                }
            }
        } catch (ReflectiveOperationException | AACException e) {
            throw new IllegalStateException(e);
        }
    }

    /** @param pair whose second channel this is: bands with M/S have the noise of the first (§4.6.13.6) */
    private void fill(ICStream stream, @Nullable CPE pair) throws AACException {
        ICSInfo info = stream.getInfo();
        int[] books = stream.getSfbCB();
        int[] offsets = info.getSWBOffsets();
        float[] data = stream.getInvQuantData();
        int window = 0;
        int band = 0;
        for (int group = 0; group < info.getWindowGroupCount(); group++) {
            int length = info.getWindowGroupLength(group);
            for (int sfb = 0; sfb < info.getMaxSFB(); sfb++, band++) {
                if (books[band] != NOISE) {
                    continue;
                }
                ICStream left = pair == null ? null : pair.getLeftChannel();
                boolean alike = pair != null && pair.isMSMaskPresent() && pair.isMSUsed(band);
                ICStream twin = left != null && alike && left.getSfbCB()[band] == NOISE ? left : null;
                for (int w = 0; w < length; w++) {
                    int from = (window + w) * WINDOW_SAMPLES + offsets[sfb];
                    int to = (window + w) * WINDOW_SAMPLES + offsets[sfb + 1];
                    float gain = stream.getScaleFactors()[band];
                    if (twin != null) {
                        copy(twin, band, data, from, to, gain);
                    } else {
                        fill(data, from, to, gain);
                    }
                }
            }
            window += length;
        }
    }

    private static void copy(ICStream left, int band, float[] data, int from, int to, float gain) throws AACException {
        float scale = gain / left.getScaleFactors()[band];
        for (int i = from; i < to; i++) {
            data[i] = left.getInvQuantData()[i] * scale;
        }
    }

    private void fill(float[] data, int from, int to, float gain) {
        double energy = 0;
        for (int i = from; i < to; i++) {
            state = state * 1_664_525 + 1_013_904_223; // Numerical Recipes: all 32 bits, whatever it starts with
            data[i] = state;
            energy += (double) data[i] * data[i];
        }
        float scale = (float) (gain / Math.sqrt(energy));
        for (int i = from; i < to; i++) {
            data[i] *= scale;
        }
    }
}
