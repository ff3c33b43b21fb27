package io.mediatool.core.codec.aac;

import io.mediatool.core.bits.BitReader;
import io.mediatool.core.bits.MalformedException;
import io.mediatool.core.codec.RtpFormat;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The AU Header Section of RFC 3640 §3.2.1, whose field widths are in {@code a=fmtp}, and the Auxiliary Section §3.2.2.
 *
 * <pre>
 * | AU-headers-length in bits (16) | AU-header (1) | ... | AU-header (n) | to octet |
 * AU-header: | size | index or index-delta | CTS-flag, delta | DTS-flag, delta | RAP-flag | stream-state |
 * </pre>
 *
 * @param sizeLength bits of AU-size, and so on; 0 for a field that is absent
 * @param constantSize bytes of every AU, where sizeLength is 0; 0 when not said
 * @param auxiliaryLength bits of auxiliary-data-size, 0 when there is no auxiliary section
 */
record AuHeaders(
        int sizeLength,
        int indexLength,
        int indexDeltaLength,
        int ctsDeltaLength,
        int dtsDeltaLength,
        boolean randomAccess,
        int streamStateLength,
        int constantSize,
        int auxiliaryLength) {

    /** One AU-header: bytes, or -1 for all that the packet holds; serial number relative to the packet's first. */
    record AccessUnit(int size, int serial) {}

    /** What stands before the access units of one packet, and where they begin. */
    record Section(List<AccessUnit> units, int length, boolean interleaved) {}

    static AuHeaders of(RtpFormat format) {
        String mode = format.parameter("mode", "").toLowerCase(Locale.ROOT);
        boolean lowRate = mode.equals("aac-lbr");
        // Modes fix the widths (§3.3.5, §3.3.6); a description that says nothing at all means the usual one.
        boolean fixed = lowRate || mode.equals("aac-hbr") || mode.isEmpty() && !saysWidths(format);
        return new AuHeaders(
                number(format, "sizelength", fixed ? (lowRate ? 6 : 13) : 0, 32),
                number(format, "indexlength", fixed ? (lowRate ? 2 : 3) : 0, 32),
                number(format, "indexdeltalength", fixed ? (lowRate ? 2 : 3) : 0, 32),
                number(format, "ctsdeltalength", 0, 32),
                number(format, "dtsdeltalength", 0, 32),
                number(format, "randomaccessindication", 0, 1) == 1,
                number(format, "streamstateindication", 0, 32),
                number(format, "constantsize", 0, 0xffff),
                number(format, "auxiliarydatasizelength", 0, 32));
    }

    /** The parameter as a number from 0 to {@code max}, else the fallback. */
    static int number(RtpFormat format, String key, int fallback, int max) {
        try {
            int value = Integer.parseInt(format.parameter(key, "").trim());
            return value >= 0 && value <= max ? value : fallback;
        } catch (NumberFormatException e) {
            return fallback;
        }
    }

    private static boolean saysWidths(RtpFormat format) {
        return format.parameters().containsKey("sizelength")
                || format.parameters().containsKey("constantsize");
    }

    private boolean present() {
        return sizeLength + indexLength + indexDeltaLength + ctsDeltaLength + dtsDeltaLength + streamStateLength > 0
                || randomAccess;
    }

    Section read(byte[] data, int offset, int length) throws MalformedException {
        BitReader in = new BitReader(data, offset, length);
        List<AccessUnit> units = new ArrayList<>();
        boolean interleaved = false;
        if (present()) {
            long end = 16 + in.bits(16);
            if (end - 16 > in.remainingBits()) {
                throw new MalformedException("aac: AU headers exceed packet", 0);
            }
            int serial = 0;
            while (in.positionBits() < end) {
                boolean first = units.isEmpty();
                int size = sizeLength > 0 ? unsigned(in.bits(sizeLength)) : unsaid();
                int index = unsigned(in.bits(first ? indexLength : indexDeltaLength));
                skipRest(in);
                if (in.positionBits() > end) {
                    throw new MalformedException("aac: AU header exceeds section", end / 8);
                }
                interleaved |= index != 0 && !first;
                serial += first ? 0 : index + 1;
                units.add(new AccessUnit(size, serial));
                if (serial > 0xffff) {
                    throw new MalformedException("aac: AU index out of range", in.positionBits() / 8);
                }
            }
            align(in);
        } else {
            units.add(new AccessUnit(unsaid(), 0));
        }
        if (auxiliaryLength > 0) {
            in.skip(in.bits(auxiliaryLength));
            align(in);
        }
        return new Section(units, (int) (in.positionBits() / 8), interleaved);
    }

    private int unsaid() {
        return constantSize > 0 ? constantSize : -1;
    }

    private void skipRest(BitReader in) throws MalformedException {
        in.skip(ctsDeltaLength > 0 && in.flag() ? ctsDeltaLength : 0);
        in.skip(dtsDeltaLength > 0 && in.flag() ? dtsDeltaLength : 0);
        in.skip((randomAccess ? 1 : 0) + streamStateLength);
    }

    private static void align(BitReader in) throws MalformedException {
        in.skip(-in.positionBits() & 7);
    }

    private static int unsigned(long value) throws MalformedException {
        if (value > 0xffffff) {
            throw new MalformedException("aac: AU header out of range", 0);
        }
        return (int) value;
    }
}
