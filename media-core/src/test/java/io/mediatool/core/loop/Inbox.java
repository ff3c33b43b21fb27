package io.mediatool.core.loop;

import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Remembers what a socket received; for the loop's thread. */
final class Inbox implements DatagramListener {
    record Received(byte[] payload, InetSocketAddress remote, long nowNs, int turn) {}

    final List<Received> datagrams = new ArrayList<>();
    int turns;
    private final LoopDriver driver;

    Inbox(LoopDriver driver) {
        this.driver = driver;
    }

    @Override
    public void onDatagram(byte[] data, int offset, int length, InetSocketAddress remote, long nowNs) {
        datagrams.add(new Received(Arrays.copyOfRange(data, offset, offset + length), remote, nowNs, turns));
    }

    @Override
    public void onTurnEnd(long nowNs) {
        turns++;
        driver.changed();
    }

    List<byte[]> payloads() {
        return datagrams.stream().map(Received::payload).toList();
    }
}
