package io.mediatool.core.srtp;

import java.security.GeneralSecurityException;
import java.security.InvalidAlgorithmParameterException;
import java.security.InvalidKeyException;
import java.util.Arrays;
import java.util.Objects;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/** On the JDK's cipher, which makes its engine anew for each packet: about 1 kB of garbage. */
final class JdkAesGcm implements AesGcm {
    static final JdkAesGcm INSTANCE = new JdkAesGcm();

    private JdkAesGcm() {}

    @Override
    public String name() {
        return "JDK";
    }

    @Override
    public Key key(boolean sealing, byte[] key) {
        try {
            return new JdkKey(Cipher.getInstance("AES/GCM/NoPadding"), sealing, key);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java has no AES-GCM", e);
        }
    }

    private static final class JdkKey implements Key {
        private final Cipher cipher;
        private final boolean sealing;
        private final int mode;
        private final SecretKeySpec key;
        private final byte[] iv = new byte[IV_BYTES];
        private boolean closed;

        JdkKey(Cipher cipher, boolean sealing, byte[] key) {
            this.cipher = cipher;
            this.sealing = sealing;
            this.mode = sealing ? Cipher.ENCRYPT_MODE : Cipher.DECRYPT_MODE;
            this.key = new SecretKeySpec(key, "AES");
        }

        /** The cipher keeps 3 kB between packets, and is made ready for each of them anyway. */
        @Override
        public Key beside(byte[] other) {
            return new JdkKey(cipher, sealing, other);
        }

        @Override
        public void seal(int ivHigh, long ivLow, byte[] data, int offset, int clear, int length) {
            int textAt = begin(ivHigh, ivLow, data, offset, clear, length);
            try {
                cipher.doFinal(data, textAt, length, data, textAt);
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException(e);
            }
        }

        @Override
        public boolean open(int ivHigh, long ivLow, byte[] data, int offset, int clear, int length) {
            int textAt = begin(ivHigh, ivLow, data, offset, clear, length);
            try {
                cipher.doFinal(data, textAt, length + TAG_BYTES, data, textAt);
                return true;
            } catch (AEADBadTagException forged) {
                // Newer JDKs decrypt in place before they know; nobody shall see what was not authenticated.
                Arrays.fill(data, textAt, textAt + length, (byte) 0);
                return false;
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException(e);
            }
        }

        /** @return where the text begins */
        private int begin(int ivHigh, long ivLow, byte[] data, int offset, int clear, int length) {
            Objects.checkFromIndexSize(offset, clear, data.length);
            int textAt = offset + clear;
            Objects.checkFromIndexSize(textAt, length, data.length);
            if (closed) {
                throw new IllegalStateException("the key has been closed");
            }
            SrtpBytes.putI32(iv, 0, ivHigh);
            SrtpBytes.putI32(iv, 4, (int) (ivLow >>> 32));
            SrtpBytes.putI32(iv, 8, (int) ivLow);
            try {
                cipher.init(mode, key, parameters(iv));
            } catch (InvalidAlgorithmParameterException sameIv) {
                beginAgain();
            } catch (InvalidKeyException e) {
                throw new IllegalStateException(e);
            }
            cipher.updateAAD(data, offset, clear);
            return textAt;
        }

        /**
         * The JDK refuses the vector it was just used with, which a repetition of the last packet needs. That is safe for the same
         * bytes only, and the session sees to it.
         */
        private void beginAgain() {
            byte[] other = iv.clone();
            other[0] ^= 1;
            try {
                cipher.init(mode, key, parameters(other));
                cipher.init(mode, key, parameters(iv));
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException(e);
            }
        }

        private static GCMParameterSpec parameters(byte[] vector) {
            return new GCMParameterSpec(8 * TAG_BYTES, vector);
        }

        @Override
        public void close() {
            closed = true;
        }
    }
}
