package io.mediatool.core.sdp;

/** Decimal numbers of description lines. */
final class SdpNumbers {
    private SdpNumbers() {}

    /** The number that {@code digits} spells, or -1 when it is none or exceeds {@code max}. */
    static int read(String digits, int max) {
        if (digits.isEmpty() || digits.length() > 10) {
            return -1;
        }
        long value = 0;
        for (int i = 0; i < digits.length(); i++) {
            char c = digits.charAt(i);
            if (c < '0' || c > '9') {
                return -1;
            }
            value = value * 10 + (c - '0');
        }
        return value <= max ? (int) value : -1;
    }
}
