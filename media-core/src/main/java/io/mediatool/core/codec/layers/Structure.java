package io.mediatool.core.codec.layers;

import io.mediatool.core.bits.MalformedException;
import java.util.ArrayList;
import java.util.List;

/**
 * The template dependency structure that comes with key frames (AV1 RTP specification §A.8.3.1): what kinds of frames follow.
 *
 * <pre>
 * offset (6) | targets − 1 (5) | layers: next_layer_idc (2) … 3 | indications (2) × templates × targets
 * | for each template: (1 | fdiff − 1 (4))* 0 | chains ns | protected by ns × targets | chain fdiff (4) × templates × chains
 * | resolutions (1) | for each spatial layer: width − 1 (16), height − 1 (16)
 * </pre>
 *
 * @param offset the id of the first template, 0 to 63
 * @param chains how many there are
 * @param sizes width and height of each spatial layer, empty where they are not told
 */
record Structure(
        int offset,
        int targets,
        int chains,
        List<Template> templates,
        int[] targetSpatial,
        int[] targetTemporal,
        int[] sizes) {
    static final int NOT_PRESENT = 0;
    static final int SWITCH = 2;
    private static final int MAX_TEMPLATES = 64;
    private static final int MAX_REFERENCES = 16;

    /**
     * @param indications one for each decode target
     * @param farthest the most that a reference goes back in frames, 0 without references
     */
    record Template(int spatial, int temporal, int[] indications, int farthest) {}

    static Structure read(Bits in) throws MalformedException {
        int offset = in.u(6);
        int targets = in.u(5) + 1;
        List<int[]> layers = layers(in);
        int count = layers.size();
        int[][] indications = new int[count][targets];
        for (int[] each : indications) {
            for (int target = 0; target < targets; target++) {
                each[target] = in.u(2);
            }
        }
        List<Template> templates = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            templates.add(new Template(layers.get(i)[0], layers.get(i)[1], indications[i], farthest(in)));
        }
        int chains = in.nonSymmetric(targets + 1);
        for (int target = 0; target < targets && chains > 0; target++) {
            in.nonSymmetric(chains);
        }
        for (int i = 0; i < count * chains; i++) {
            in.u(4);
        }
        int[] sizes = in.flag() ? sizes(in, layers.get(count - 1)[0] + 1) : new int[0];
        int[] spatial = new int[targets];
        int[] temporal = new int[targets];
        for (Template template : templates) {
            for (int target = 0; target < targets; target++) {
                if (template.indications[target] != NOT_PRESENT) {
                    spatial[target] = Math.max(spatial[target], template.spatial);
                    temporal[target] = Math.max(temporal[target], template.temporal);
                }
            }
        }
        return new Structure(offset, targets, chains, templates, spatial, temporal, sizes);
    }

    /** §A.8.3.1 render_resolutions. */
    private static int[] sizes(Bits in, int layers) throws MalformedException {
        int[] sizes = new int[2 * layers];
        for (int i = 0; i < sizes.length; i++) {
            sizes[i] = in.u(16) + 1;
        }
        return sizes;
    }

    /** Spatial and temporal layer of each template. */
    private static List<int[]> layers(Bits in) throws MalformedException {
        List<int[]> layers = new ArrayList<>();
        int spatial = 0;
        int temporal = 0;
        for (int next = 0; next != 3; ) {
            if (layers.size() == MAX_TEMPLATES || spatial > 7 || temporal > 7) {
                throw new MalformedException("dependency descriptor: too many templates", layers.size());
            }
            layers.add(new int[] {spatial, temporal});
            next = in.u(2);
            temporal = next == 1 ? temporal + 1 : next == 2 ? 0 : temporal;
            spatial += next == 2 ? 1 : 0;
        }
        return layers;
    }

    private static int farthest(Bits in) throws MalformedException {
        int farthest = 0;
        for (int i = 0; in.flag(); i++) {
            if (i == MAX_REFERENCES) {
                throw new MalformedException("dependency descriptor: too many references", i);
            }
            farthest = Math.max(farthest, in.u(4) + 1);
        }
        return farthest;
    }
}
