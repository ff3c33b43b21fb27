package io.mediatool.core.dtls;

import java.io.IOException;
import java.security.SecureRandom;
import org.bouncycastle.tls.AlertDescription;
import org.bouncycastle.tls.ContentType;
import org.bouncycastle.tls.ProtocolVersion;
import org.bouncycastle.tls.TlsFatalAlert;
import org.bouncycastle.tls.crypto.TlsCipher;
import org.bouncycastle.tls.crypto.TlsCryptoParameters;
import org.bouncycastle.tls.crypto.TlsDecodeResult;
import org.bouncycastle.tls.crypto.TlsEncodeResult;
import org.bouncycastle.tls.crypto.impl.bc.BcTlsCrypto;

/** BouncyCastle's own, and {@link HandshakeLengths} for what comes encrypted: a peer that has keys need not mean well. */
class DtlsCrypto extends BcTlsCrypto {
    DtlsCrypto(SecureRandom random) {
        super(random);
    }

    @Override
    public TlsCipher createCipher(TlsCryptoParameters parameters, int encryption, int mac) throws IOException {
        return new Checked(super.createCipher(parameters, encryption, mac));
    }

    private record Checked(TlsCipher cipher) implements TlsCipher {
        @Override
        public TlsDecodeResult decodeCiphertext(
                long sequence, short type, ProtocolVersion version, byte[] data, int offset, int length)
                throws IOException {
            TlsDecodeResult plain = cipher.decodeCiphertext(sequence, type, version, data, offset, length);
            if (plain.contentType == ContentType.handshake
                    && !HandshakeLengths.areBearable(plain.buf, plain.off, plain.off + plain.len)) {
                throw new TlsFatalAlert(AlertDescription.illegal_parameter, "a handshake message of megabytes");
            }
            return plain;
        }

        @Override
        public TlsEncodeResult encodePlaintext(
                long sequence, short type, ProtocolVersion version, int header, byte[] data, int offset, int length)
                throws IOException {
            return cipher.encodePlaintext(sequence, type, version, header, data, offset, length);
        }

        @Override
        public int getCiphertextDecodeLimit(int plaintextLimit) {
            return cipher.getCiphertextDecodeLimit(plaintextLimit);
        }

        @Override
        public int getCiphertextEncodeLimit(int plaintextLimit) {
            return cipher.getCiphertextEncodeLimit(plaintextLimit);
        }

        @Override
        public int getPlaintextDecodeLimit(int ciphertextLimit) {
            return cipher.getPlaintextDecodeLimit(ciphertextLimit);
        }

        @Override
        public int getPlaintextEncodeLimit(int ciphertextLimit) {
            return cipher.getPlaintextEncodeLimit(ciphertextLimit);
        }

        @Override
        public void rekeyDecoder() throws IOException {
            cipher.rekeyDecoder();
        }

        @Override
        public void rekeyEncoder() throws IOException {
            cipher.rekeyEncoder();
        }

        @Override
        public boolean usesOpaqueRecordTypeDecode() {
            return cipher.usesOpaqueRecordTypeDecode();
        }

        @Override
        public boolean usesOpaqueRecordTypeEncode() {
            return cipher.usesOpaqueRecordTypeEncode();
        }
    }

    /**
     * What handshake messages say about their length, before BouncyCastle believes it: it makes room for the whole message with the first
     * fragment, 16 MB if that says so, and for sixteen messages at once.
     *
     * <pre>
     *   record     type 1, version 2, epoch 2, sequence_number 6, length 2                              RFC 6347 §4.1
     *   handshake  msg_type 1, length 3, message_seq 2, fragment_offset 3, fragment_length 3, fragment  RFC 6347 §4.2.2
     * </pre>
     */
    static final class HandshakeLengths {
        /** Chains of certificates are what is long; BouncyCastle's own bound for TLS. */
        static final int MAX_MESSAGE_BYTES = 32 << 10;

        private static final int RECORD_HEADER_BYTES = 13;
        private static final int MESSAGE_HEADER_BYTES = 12;
        private static final int HANDSHAKE = 22;

        private HandshakeLengths() {}

        /** Whether no message that is not encrypted claims more than {@link #MAX_MESSAGE_BYTES}. */
        static boolean areBearable(byte[] datagram) {
            int at = 0;
            while (at + RECORD_HEADER_BYTES <= datagram.length) {
                int length = (int) number(datagram, at + 11, 2);
                int start = at + RECORD_HEADER_BYTES;
                int end = Math.min(datagram.length, start + length);
                boolean encrypted = number(datagram, at + 3, 2) > 0;
                if (datagram[at] == HANDSHAKE && !encrypted && !areBearable(datagram, start, end)) {
                    return false;
                }
                at = start + length;
            }
            return true;
        }

        /** The messages of a record, or of what one has decrypted to. */
        static boolean areBearable(byte[] data, int start, int end) {
            int at = start;
            while (at + MESSAGE_HEADER_BYTES <= end) {
                if (number(data, at + 1, 3) > MAX_MESSAGE_BYTES) {
                    return false;
                }
                at += MESSAGE_HEADER_BYTES + (int) number(data, at + 9, 3);
            }
            return true;
        }

        /** A Certificate message, RFC 5246 §7.4.2: the length of all, then each certificate behind its own. */
        static void checkCertificates(byte[] body) throws IOException {
            long end = body.length < 3 ? Long.MAX_VALUE : 3 + number(body, 0, 3);
            int at = 3;
            while (end <= body.length && at + 3 <= end) {
                at += 3 + (int) number(body, at, 3);
            }
            if (at != end) {
                throw new TlsFatalAlert(AlertDescription.decode_error, "certificates that are not there");
            }
        }

        private static long number(byte[] data, int at, int bytes) {
            long value = 0;
            for (int i = 0; i < bytes; i++) {
                value = value << 8 | data[at + i] & 0xff;
            }
            return value;
        }
    }
}
