package io.mediatool.core.codec;

/**
 * Keeps the numbers inside payload descriptors (picture id, TL0PICIDX) going on without a jump for one viewer when the
 * source behind it changes. One for each viewer; no allocation.
 */
public interface PayloadNumbers {
    /** For codecs whose payloads carry no numbers. */
    PayloadNumbers NONE = new PayloadNumbers() {
        @Override
        public long anchor(byte[] data, int offset, int length) {
            return 0;
        }

        @Override
        public void rewrite(byte[] data, int offset, int length, long shift) {}

        @Override
        public void leaveOut(byte[] data, int offset, int length, long shift) {}
    };

    /**
     * Looks at the first payload of a new source.
     *
     * @return by how much its numbers must be shifted to follow those sent so far; opaque
     */
    long anchor(byte[] data, int offset, int length);

    /**
     * Rewrites one payload in place. A payload that breaks its format is left as it is.
     *
     * @param shift what {@link #anchor} answered for its source
     */
    void rewrite(byte[] data, int offset, int length, long shift);

    /** A payload that the viewer is not sent, since it is of a layer too many: what it counts must not leave a gap where gaps matter. */
    void leaveOut(byte[] data, int offset, int length, long shift);
}
