package io.mediatool.core.srtp.foreign;

import io.mediatool.core.srtp.AesGcm;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** The implementations of AES-GCM that this Java and this machine have: the JDK's always. */
public final class LoadedGcms {
    private LoadedGcms() {}

    public static List<AesGcm> all() {
        List<AesGcm> all = new ArrayList<>(List.of(AesGcm.jdk()));
        all.add(Objects.requireNonNull(JdkParts.open(), "--add-opens java.base/com.sun.crypto.provider=ALL-UNNAMED"));
        AesGcm ipsecMb = IpsecMb.open();
        if (ipsecMb != null) {
            all.add(ipsecMb);
        }
        return all;
    }
}
