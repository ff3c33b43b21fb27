package io.mediatool.core.bench;

import com.sun.management.ThreadMXBean;
import io.mediatool.core.rtp.RtpPacket;
import io.mediatool.core.srtp.PacketRun;
import io.mediatool.core.srtp.SrtpKeys;
import io.mediatool.core.srtp.SrtpProfile;
import io.mediatool.core.srtp.SrtpSession;
import java.lang.management.ManagementFactory;
import java.util.Arrays;

/** What protecting and opening a packet costs: nanoseconds (the best of some rounds) and bytes allocated, for each profile. */
public final class SrtpBench {
    private static final int PACKET_BYTES = 1_200;
    private static final int RUN = 8;
    private static final int RUNS_PER_ROUND = 4_000;
    private static final int ROUNDS = 15;
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private final SrtpSession sender;
    private final SrtpSession receiver;
    private final byte[] array = new byte[RUN * (PACKET_BYTES + SrtpSession.MAX_TRAILER_BYTES)];
    private final PacketRun run = new PacketRun();
    private int sequence;
    private long protectNs;
    private long unprotectNs;

    private SrtpBench(SrtpProfile profile) {
        byte[] material = new byte[SrtpKeys.exporterBytes(profile)];
        Arrays.fill(material, (byte) 0x5a);
        sender = new SrtpSession(SrtpKeys.ofExporter(profile, material, true));
        receiver = new SrtpSession(SrtpKeys.ofExporter(profile, material, false));
    }

    public static void main(String[] args) {
        System.out.printf("Java %s, %d bytes, runs of %d%n", Runtime.version().feature(), PACKET_BYTES, RUN);
        System.out.println("profile                   protect ns  unprotect ns  bytes allocated (both)");
        for (SrtpProfile profile : SrtpProfile.values()) {
            SrtpBench bench = new SrtpBench(profile);
            long bestProtect = Long.MAX_VALUE;
            long bestUnprotect = Long.MAX_VALUE;
            long allocated = 0;
            for (int i = 0; i < ROUNDS; i++) {
                long before = THREADS.getCurrentThreadAllocatedBytes();
                bench.round();
                allocated = THREADS.getCurrentThreadAllocatedBytes() - before;
                bestProtect = Math.min(bestProtect, bench.protectNs);
                bestUnprotect = Math.min(bestUnprotect, bench.unprotectNs);
            }
            int packets = RUN * RUNS_PER_ROUND;
            System.out.printf(
                    "%-24s  %10d  %12d  %d%n",
                    profile, bestProtect / packets, bestUnprotect / packets, allocated / packets);
        }
    }

    private void round() {
        protectNs = 0;
        unprotectNs = 0;
        for (int i = 0; i < RUNS_PER_ROUND; i++) {
            run.begin(array);
            for (int p = 0; p < RUN; p++) {
                int offset = p * (PACKET_BYTES + SrtpSession.MAX_TRAILER_BYTES);
                RtpPacket.writeHeader(array, offset, false, 96, sequence++ & 0xffff, sequence, 7);
                run.add(offset, PACKET_BYTES);
            }
            long start = System.nanoTime();
            sender.protectRtp(run);
            long middle = System.nanoTime();
            for (int p = 0; p < RUN; p++) {
                if (receiver.unprotectRtp(array, run.offset(p), run.length(p)) < 0) {
                    throw new IllegalStateException("not opened");
                }
            }
            protectNs += middle - start;
            unprotectNs += System.nanoTime() - middle;
        }
    }
}
