package io.mediatool.core.bench;

import com.sun.management.ThreadMXBean;
import io.mediatool.core.rtp.RtpPacket;
import io.mediatool.core.srtp.AesGcm;
import io.mediatool.core.srtp.PacketRun;
import io.mediatool.core.srtp.SrtpKeys;
import io.mediatool.core.srtp.SrtpProfile;
import io.mediatool.core.srtp.SrtpSession;
import io.mediatool.core.srtp.foreign.LoadedGcms;
import java.lang.management.ManagementFactory;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.List;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * What protecting and opening a packet costs: nanoseconds of thread CPU time (the best of some rounds) and bytes allocated, for each profile
 * and each AES-GCM that is there, with one session and with many. All of them take turns, so that whatever else the machine does
 * meets all alike.
 */
public final class SrtpBench {
    private static final int TIMED_BYTES = 1_200;
    private static final int RUN = 40;
    private static final int RUNS_PER_ROUND = 400;
    private static final int ROUNDS = 40;
    private static final int PACKETS = RUN * RUNS_PER_ROUND;
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private final String name;
    private final int packetBytes;
    private final List<SrtpSession> senders = new ArrayList<>();
    private final List<SrtpSession> receivers = new ArrayList<>();
    private final byte[] array;
    private final PacketRun run = new PacketRun();
    private int sequence;
    private long bestProtectNs = Long.MAX_VALUE;
    private long bestOpenNs = Long.MAX_VALUE;
    private long allocated;

    private SrtpBench(SrtpProfile profile, AesGcm gcm, int sessions, int packetBytes) {
        this.name = "%-24s %-14s %8d %6d".formatted(profile, gcm.name(), sessions, packetBytes);
        this.packetBytes = packetBytes;
        this.array = new byte[RUN * (packetBytes + SrtpSession.MAX_TRAILER_BYTES)];
        for (int i = 0; i < sessions; i++) {
            byte[] material = new byte[SrtpKeys.exporterBytes(profile)];
            material[0] = (byte) i;
            material[1] = (byte) (i >> 8);
            senders.add(new SrtpSession(SrtpKeys.ofExporter(profile, material, true), gcm));
            receivers.add(new SrtpSession(SrtpKeys.ofExporter(profile, material, false), gcm));
        }
    }

    public static void main(String[] args) throws GeneralSecurityException {
        System.out.printf("Java %s, runs of %d%n", Runtime.version().feature(), RUN);
        System.out.printf("AES-128-GCM of the JDK alone, 1200 bytes: %d ns%n", cipherAloneNs());
        System.out.println(
                "profile                  AES-GCM        sessions  bytes  protect ns  open ns  bytes allocated (both)");
        List<SrtpBench> benches = new ArrayList<>();
        for (int packetBytes : new int[] {120, 1_200}) {
            for (SrtpProfile profile : SrtpProfile.values()) {
                boolean isGcm = profile != SrtpProfile.AES_CM_128_HMAC_SHA1_80;
                for (AesGcm gcm : isGcm ? LoadedGcms.all() : List.of(AesGcm.jdk())) {
                    benches.add(new SrtpBench(profile, gcm, 1, packetBytes));
                    if (profile == SrtpProfile.AEAD_AES_128_GCM) {
                        benches.add(new SrtpBench(profile, gcm, 200, packetBytes));
                    }
                }
            }
        }
        for (int i = 0; i < ROUNDS; i++) {
            benches.forEach(SrtpBench::round);
        }
        benches.forEach(SrtpBench::print);
    }

    private void print() {
        System.out.printf(
                "%s  %10d  %7d  %d%n", name, bestProtectNs / PACKETS, bestOpenNs / PACKETS, allocated / PACKETS);
    }

    /** The JDK's cipher with one init a packet and nothing around it: what cannot be less. */
    private static long cipherAloneNs() throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        SecretKeySpec key = new SecretKeySpec(new byte[16], "AES");
        byte[] iv = new byte[12];
        byte[] data = new byte[TIMED_BYTES + 16];
        long best = Long.MAX_VALUE;
        int packet = 0;
        for (int round = 0; round < ROUNDS; round++) {
            long start = THREADS.getCurrentThreadCpuTime();
            for (int i = 0; i < PACKETS; i++, packet++) {
                iv[0] = (byte) (packet >> 16);
                iv[1] = (byte) (packet >> 8);
                iv[2] = (byte) packet;
                cipher.init(Cipher.ENCRYPT_MODE, key, new GCMParameterSpec(128, iv));
                cipher.updateAAD(data, 0, 12);
                cipher.doFinal(data, 12, TIMED_BYTES - 12, data, 12);
            }
            best = Math.min(best, THREADS.getCurrentThreadCpuTime() - start);
        }
        return best / (PACKETS);
    }

    private void round() {
        long protectNs = 0;
        long openNs = 0;
        long before = THREADS.getCurrentThreadAllocatedBytes();
        for (int i = 0; i < RUNS_PER_ROUND; i++) {
            run.begin(array);
            sequence++;
            for (int p = 0; p < RUN; p++) {
                int offset = p * (packetBytes + SrtpSession.MAX_TRAILER_BYTES);
                RtpPacket.writeHeader(array, offset, false, 96, sequence * RUN + p & 0xffff, sequence, 7);
                run.add(offset, packetBytes);
            }
            SrtpSession sender = senders.get(sequence % senders.size());
            SrtpSession receiver = receivers.get(sequence % senders.size());
            long start = THREADS.getCurrentThreadCpuTime();
            sender.protectRtp(run);
            long middle = THREADS.getCurrentThreadCpuTime();
            for (int p = 0; p < RUN; p++) {
                if (receiver.unprotectRtp(array, run.offset(p), run.length(p)) < 0) {
                    throw new IllegalStateException("not opened");
                }
            }
            protectNs += middle - start;
            openNs += THREADS.getCurrentThreadCpuTime() - middle;
        }
        allocated = THREADS.getCurrentThreadAllocatedBytes() - before;
        bestProtectNs = Math.min(bestProtectNs, protectNs);
        bestOpenNs = Math.min(bestOpenNs, openNs);
    }
}
