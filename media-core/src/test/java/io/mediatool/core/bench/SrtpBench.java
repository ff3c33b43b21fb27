package io.mediatool.core.bench;

import com.sun.management.ThreadMXBean;
import io.mediatool.core.rtp.RtpPacket;
import io.mediatool.core.srtp.PacketRun;
import io.mediatool.core.srtp.SrtpKeys;
import io.mediatool.core.srtp.SrtpProfile;
import io.mediatool.core.srtp.SrtpSession;
import java.lang.management.ManagementFactory;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/** What protecting and opening a packet costs: nanoseconds of thread CPU time (the best of some rounds) and bytes allocated, for each profile. */
public final class SrtpBench {
    private static final int PACKET_BYTES = 1_200;
    private static final int RUN = 40;
    private static final int RUNS_PER_ROUND = 400;
    private static final int ROUNDS = 40;
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

    public static void main(String[] args) throws GeneralSecurityException {
        System.out.printf("Java %s, %d bytes, runs of %d%n", Runtime.version().feature(), PACKET_BYTES, RUN);
        System.out.printf("%-24s  %10d%n", "AES-128-GCM alone", cipherAloneNs());
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

    /** The JDK's cipher with one init a packet and nothing around it: what cannot be less. */
    private static long cipherAloneNs() throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        SecretKeySpec key = new SecretKeySpec(new byte[16], "AES");
        byte[] iv = new byte[12];
        byte[] data = new byte[PACKET_BYTES + 16];
        long best = Long.MAX_VALUE;
        int packet = 0;
        for (int round = 0; round < ROUNDS; round++) {
            long start = THREADS.getCurrentThreadCpuTime();
            for (int i = 0; i < RUN * RUNS_PER_ROUND; i++, packet++) {
                iv[0] = (byte) (packet >> 16);
                iv[1] = (byte) (packet >> 8);
                iv[2] = (byte) packet;
                cipher.init(Cipher.ENCRYPT_MODE, key, new GCMParameterSpec(128, iv));
                cipher.updateAAD(data, 0, 12);
                cipher.doFinal(data, 12, PACKET_BYTES - 12, data, 12);
            }
            best = Math.min(best, THREADS.getCurrentThreadCpuTime() - start);
        }
        return best / (RUN * RUNS_PER_ROUND);
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
            long start = THREADS.getCurrentThreadCpuTime();
            sender.protectRtp(run);
            long middle = THREADS.getCurrentThreadCpuTime();
            for (int p = 0; p < RUN; p++) {
                if (receiver.unprotectRtp(array, run.offset(p), run.length(p)) < 0) {
                    throw new IllegalStateException("not opened");
                }
            }
            protectNs += middle - start;
            unprotectNs += THREADS.getCurrentThreadCpuTime() - middle;
        }
    }
}
