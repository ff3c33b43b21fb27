package io.mediatool.core.codec;

/**
 * Where one packet stands among the scalable layers that its source sends under one SSRC: what a sender of part of them must know. Reused
 * from packet to packet, so that none is made for one.
 */
public final class PacketLayers {
    /** Spatial and temporal layers have numbers from 0 to this. */
    public static final int MAX = 7;

    private boolean known;
    private int spatial;
    private int temporal;
    private boolean starts;
    private boolean ends;
    private boolean key;
    private boolean apart;
    private int ups;
    private boolean sync;
    private final int[] widths = new int[MAX + 1];
    private final int[] heights = new int[MAX + 1];
    private int sized;

    /** Nothing known of layers yet. */
    public PacketLayers() {}

    /** The packet tells nothing of layers. */
    public PacketLayers clear() {
        known = false;
        sized = 0;
        return this;
    }

    /**
     * The packet is of this layer.
     *
     * @param starts whether it is the first of its layer's frame
     * @param ends whether it is the last of its layer's frame
     */
    public PacketLayers set(int spatialLayer, int temporalLayer, boolean starts, boolean ends) {
        known = true;
        spatial = spatialLayer;
        temporal = temporalLayer;
        this.starts = starts;
        this.ends = ends;
        key = false;
        apart = false;
        ups = 0;
        sync = false;
        sized = 0;
        return this;
    }

    /** The packet tells how large the pictures of the next spatial layer are from now on: of the lowest first. Beyond {@link #MAX} ignored. */
    public void addSize(int width, int height) {
        if (sized <= MAX) {
            widths[sized] = width;
            heights[sized++] = height;
        }
    }

    /** Of how many spatial layers, the lowest first, the packet tells the size; usually 0. */
    public int sized() {
        return sized;
    }

    /** In pixels, of a layer below {@link #sized()}. */
    public int width(int spatialLayer) {
        return widths[spatialLayer];
    }

    /** In pixels, of a layer below {@link #sized()}. */
    public int height(int spatialLayer) {
        return heights[spatialLayer];
    }

    /**
     * What can begin here.
     *
     * @param key everything: nothing from now on needs what was before
     * @param apart this spatial layer: its frame needs nothing but lower layers of the same picture
     */
    public PacketLayers begins(boolean key, boolean apart) {
        this.key = key;
        this.apart = apart;
        return this;
    }

    /**
     * Which temporal layers can begin here.
     *
     * @param ups one bit each: for those who have had all layers up to this one
     * @param sync its own, for those who have had the one below
     */
    public PacketLayers switches(int ups, boolean sync) {
        this.ups = ups;
        this.sync = sync;
        return this;
    }

    /** Whether anything below is true. */
    public boolean isKnown() {
        return known;
    }

    public int spatial() {
        return spatial;
    }

    public int temporal() {
        return temporal;
    }

    public boolean startsFrame() {
        return starts;
    }

    public boolean endsFrame() {
        return ends;
    }

    public boolean isKey() {
        return key;
    }

    public boolean isApart() {
        return apart;
    }

    public boolean isSync() {
        return sync;
    }

    /** The highest temporal layer, {@code wanted} at most, that may begin here for those with all up to this packet's; −1 for none. */
    public int highestUp(int wanted) {
        int usable = ups & (2 << wanted) - 1;
        return usable == 0 ? -1 : Integer.SIZE - 1 - Integer.numberOfLeadingZeros(usable);
    }
}
