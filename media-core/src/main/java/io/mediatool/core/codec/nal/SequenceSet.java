package io.mediatool.core.codec.nal;

import io.mediatool.core.bits.MalformedException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A sequence parameter set, as far as configurations of both codecs need it. */
public interface SequenceSet {
    /** Its number, which picture parameter sets refer to. */
    int id();

    /** In pixels, after cropping. */
    int width();

    /** In pixels, after cropping. */
    int height();

    /** How many frames may precede one in decoding order and follow it in output order. */
    int reorderDepth();

    /** Reads one NAL unit. */
    @FunctionalInterface
    interface Reader<S extends SequenceSet> {
        S read(byte[] nal) throws MalformedException;
    }

    /** The first that can be read, or null. */
    static <S extends SequenceSet> @Nullable S firstReadable(List<byte[]> nals, Reader<S> reader) {
        for (byte[] nal : nals) {
            try {
                return reader.read(nal);
            } catch (MalformedException e) {
                // the next one, then
            }
        }
        return null;
    }

    /** All of them, in order. */
    static <S extends SequenceSet> List<S> readAll(List<ParameterSet> sets, Reader<S> reader)
            throws MalformedException {
        List<S> all = new ArrayList<>();
        for (ParameterSet set : sets) {
            all.add(reader.read(set.nal()));
        }
        return all;
    }

    /** The one of this number, or the first. */
    static <S extends SequenceSet> S numbered(int id, List<S> all) {
        return all.stream().filter(set -> set.id() == id).findFirst().orElse(all.get(0));
    }

    /** One depth for all sets, so that a stream that alternates between them keeps one configuration. */
    static int deepestReordering(List<? extends SequenceSet> all) {
        return all.stream().mapToInt(SequenceSet::reorderDepth).max().orElse(0);
    }
}
