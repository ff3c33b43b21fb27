package io.mediatool.core.server.outgoing;

/** A transport that is there, takes what it is given, and ends the test with a bug. */
interface ConnectedCarrier extends Carrier {
    @Override
    default boolean isConnected() {
        return true;
    }

    @Override
    default void sendRtpAgain(byte[] data, int offset, int length) {
        sendRtp(data, offset, length, false);
    }

    @Override
    default void stamp(byte[] data, int length, int sequenceAt, int timeAt, long nowNs) {}

    @Override
    default void fail(RuntimeException bug, long nowNs) {
        throw bug;
    }

    @Override
    default void remove(OutgoingStream stream) {}
}
