package io.mediatool.core.srtp.foreign;

import io.mediatool.core.srtp.AesGcm;
import java.util.ArrayList;
import java.util.List;

/** The implementations of AES-GCM that this Java and this machine have: the JDK's always. */
public final class LoadedGcms {
    private LoadedGcms() {}

    public static List<AesGcm> all() {
        List<AesGcm> all = new ArrayList<>(List.of(AesGcm.jdk()));
        AesGcm ipsecMb = IpsecMb.open();
        if (ipsecMb != null) {
            all.add(ipsecMb);
        }
        return all;
    }
}
