package io.mediatool.core.codec.layers;

import io.mediatool.core.bits.MalformedException;
import io.mediatool.core.codec.PacketLayers;
import org.jspecify.annotations.Nullable;

/**
 * Reads the dependency descriptors of one source (AV1 RTP specification §A.8).
 *
 * <pre>
 *  0 1 2 3 4 5 6 7
 * |S|E| template  |  S, E: first and last packet of the frame
 * |  frame number |
 * |     (16)      |
 * |T|A|D|F|C| ... |  only when there is more: structure, active targets, own indications, references, chains
 * </pre>
 */
public final class DependencyReader {
    private static final int MANDATORY_BYTES = 3;
    private static final int MAX_REFERENCES = 16;

    private final Bits in = new Bits();
    private final int[] indications = new int[32];
    private @Nullable Structure structure;

    /** Knows nothing before the first structure. */
    public DependencyReader() {}

    /** The source started anew. */
    public void reset() {
        structure = null;
    }

    /**
     * Says in {@code into} where the packet stands; nothing while no structure has come.
     *
     * @throws MalformedException when it breaks its format; {@code into} then says nothing
     */
    public void read(byte[] data, int offset, int length, PacketLayers into) throws MalformedException {
        into.clear();
        in.wrap(data, offset, length);
        boolean starts = in.flag();
        boolean ends = in.flag();
        int template = in.u(6);
        in.u(16);
        boolean more = length > MANDATORY_BYTES;
        boolean brings = more && in.flag();
        boolean active = more && in.flag();
        boolean ownIndications = more && in.flag();
        boolean ownReferences = more && in.flag();
        if (more) {
            in.u(1); // chains: nobody here follows them
        }
        Structure known = brings ? Structure.read(in) : structure;
        if (known == null) {
            return;
        }
        int index = template - known.offset() & 63;
        if (index >= known.templates().size()) {
            throw new MalformedException("dependency descriptor: no such template", template);
        }
        structure = known;
        for (int skipped = active ? known.targets() : 0; skipped > 0; skipped--) {
            in.u(1);
        }
        Structure.Template of = known.templates().get(index);
        for (int i = 0; i < known.targets(); i++) {
            indications[i] = ownIndications ? in.u(2) : of.indications()[i];
        }
        int farthest = ownReferences ? farthest() : of.farthest();
        int ups = 0;
        for (int i = 0; i < known.targets(); i++) {
            boolean here = indications[i] == Structure.SWITCH && known.targetSpatial()[i] == of.spatial();
            ups |= here ? 1 << known.targetTemporal()[i] : 0;
        }
        // The frames of a picture have consecutive numbers: one that goes back no further needs only layers below.
        boolean apart = ups != 0 && farthest <= of.spatial();
        into.set(of.spatial(), of.temporal(), starts, ends)
                .begins(brings && starts, apart)
                .switches(ups, false);
        for (int i = 0; brings && i < known.sizes().length; i += 2) {
            into.addSize(known.sizes()[i], known.sizes()[i + 1]);
        }
    }

    /** §A.8.3.2: (fdiff_minus_one of 4, 8 or 12 bits, before it its size in fours), until a size of 0. */
    private int farthest() throws MalformedException {
        int farthest = 0;
        int size = in.u(2);
        for (int i = 0; size != 0; i++) {
            if (i == MAX_REFERENCES) {
                throw new MalformedException("dependency descriptor: too many references", i);
            }
            farthest = Math.max(farthest, in.u(4 * size) + 1);
            size = in.u(2);
        }
        return farthest;
    }
}
