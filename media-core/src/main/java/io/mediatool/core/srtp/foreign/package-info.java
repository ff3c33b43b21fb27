/**
 * AES-GCM of native libraries, by the JDK's foreign-function API (JDK 22 and newer), and of the JDK's own inner parts, for {@link
 * io.mediatool.core.srtp.AesGcm}; {@link io.mediatool.core.srtp.foreign.FastestGcm} chooses.
 *
 * <p>Floor 1, any thread; a key is for one. All of it is foreign to the API that we are compiled for. The one of native libraries is younger than the Java we are compiled for, so it is found by reflection, and its
 * functions are method handles in static finals, which the compiler inlines as if they had been named. Packets
 * are copied to memory outside the heap and back, 15 ns each way: passed as segments of their arrays they were faster where the
 * compiler inlined everything, and made garbage where it did not.
 */
@NullMarked
package io.mediatool.core.srtp.foreign;

import org.jspecify.annotations.NullMarked;
