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
        public void seal(byte[] iv, byte[] aad, int aadLength, byte[] data, int offset, int length) {
            Objects.checkFromIndexSize(offset, length, data.length);
            begin(iv);
            cipher.updateAAD(aad, 0, aadLength);
            try {
                cipher.doFinal(data, offset, length, data, offset);
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException(e);
            }
        }

        @Override
        public boolean open(byte[] iv, byte[] aad, int aadLength, byte[] data, int offset, int length) {
            Objects.checkFromIndexSize(offset, length, data.length);
            begin(iv);
            cipher.updateAAD(aad, 0, aadLength);
            try {
                cipher.doFinal(data, offset, length + TAG_BYTES, data, offset);
                return true;
            } catch (AEADBadTagException forged) {
                // Newer JDKs decrypt in place before they know; nobody shall see what was not authenticated.
                Arrays.fill(data, offset, offset + length, (byte) 0);
                return false;
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException(e);
            }
        }

        private void begin(byte[] iv) {
            if (closed) {
                throw new IllegalStateException("the key has been closed");
            }
            try {
                cipher.init(mode, key, parameters(iv));
            } catch (InvalidAlgorithmParameterException sameIv) {
                beginAgain(iv);
            } catch (InvalidKeyException e) {
                throw new IllegalStateException(e);
            }
        }

        /**
         * The JDK refuses the vector it was just used with, which a repetition of the last packet needs. That is safe for the same
         * bytes only, and the session sees to it.
         */
        private void beginAgain(byte[] iv) {
            byte[] other = Arrays.copyOf(iv, IV_BYTES);
            other[0] ^= 1;
            try {
                cipher.init(mode, key, parameters(other));
                cipher.init(mode, key, parameters(iv));
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException(e);
            }
        }

        private static GCMParameterSpec parameters(byte[] iv) {
            return new GCMParameterSpec(8 * TAG_BYTES, iv, 0, IV_BYTES);
        }

        @Override
        public void close() {
            closed = true;
        }
    }
}
