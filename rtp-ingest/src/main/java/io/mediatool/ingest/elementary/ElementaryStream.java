package io.mediatool.ingest.elementary;

/** Makes frames of the PES packets of one stream. */
public interface ElementaryStream {

    /** Takes the next packet. */
    void onPes(PesPacket packet);

    /** The next packet has begun, with these bytes; a stream that waits for proof that its last unit is whole finds it here. */
    default void onNextPes(byte[] data, int offset, int length) {}

    /** The program's clock starts anew with the next packet. */
    void onClockRestart();

    /** Delivers what is complete. */
    void flush();

    /** Units so far that could not be used. */
    long badUnits();

    /** Takes frames. */
    interface Sink {
        void onFrame(TimedFrame frame);
    }
}
