package io.mediatool.ingest.port;

import io.mediatool.core.rtp.RtpPacket;
import io.mediatool.ingest.recognition.PayloadRecognizer;
import io.mediatool.ingest.recognition.Recognition;
import io.mediatool.ingest.recognition.Recognition.Outcome;

/** One payload type that nobody described: what its packets look like, tried again as long as they do not tell. */
final class PayloadGuess {
    private PayloadRecognizer recognizer = new PayloadRecognizer();
    private long packets;
    private long bytes;
    private String advice = "";
    private boolean told;

    /** Looks at the next packet, borrowed; answers pending until it is clear. */
    Recognition onPacket(RtpPacket packet, long nowNs) {
        packets++;
        bytes += packet.payloadLength();
        return noted(recognizer.onPacket(packet, nowNs));
    }

    /** An attempt that failed is followed by another: a key frame to come may tell what these packets did not. */
    private Recognition noted(Recognition recognition) {
        if (recognition.outcome() == Outcome.UNDECIDED) {
            advice = recognition.advice();
            recognizer = new PayloadRecognizer();
        }
        return recognition;
    }

    /** Time passes. */
    void onTick(long nowNs) {
        noted(recognizer.onDeadline(nowNs));
    }

    /** Counts a packet that is not looked into, and answers how many there were. */
    long count() {
        return ++packets;
    }

    /** What people should know after a failed attempt, once; else empty. */
    String news(String portName, int payloadType) {
        if (told || advice.isEmpty() || packets == 0) {
            return "";
        }
        told = true;
        return portName + ": payload type " + payloadType + " (" + packets + " packets of " + bytes / packets
                + " bytes on average) " + advice;
    }
}
