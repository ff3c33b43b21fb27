package io.mediatool.core.srtp.foreign;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.mediatool.core.srtp.AesGcm;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class JdkPartsKeyTest {
    private static AesGcm jdkParts() {
        return Objects.requireNonNull(JdkParts.open(), "--add-opens java.base/com.sun.crypto.provider=ALL-UNNAMED");
    }

    /** The fields of the JDK's parts are found by name, and left out where there is none of that name. */
    @Test
    void whatAPacketTouchesIsNamedOnce() {
        List<Object> named = new ArrayList<>();
        try (AesGcm.Key key = jdkParts().key(true, new byte[16])) {
            key.addTo(named::add);
        }
        Set<Object> once = Collections.newSetFromMap(new IdentityHashMap<>());
        once.addAll(named);
        assertEquals(named.size(), once.size(), named::toString);
        assertEquals(1, named.stream().filter(JdkPartsKey.class::isInstance).count());
        assertEquals(1, named.stream().filter(int[].class::isInstance).count(), "expanded key");
        assertEquals(1, named.stream().filter(long[].class::isInstance).count(), "table of the hash");
        assertEquals(3, named.stream().filter(byte[].class::isInstance).count(), "counters");
        assertEquals(2, named.stream().filter(JdkPartsKeyTest::isOfTheJdk).count(), "AES, counter mode");
    }

    private static boolean isOfTheJdk(Object part) {
        return part.getClass().getName().startsWith("com.sun.crypto.provider.");
    }
}
