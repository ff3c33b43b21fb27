package io.mediatool.core.loop;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What every {@link UdpSocket} does, whatever the engine. */
@ExtendWith(LeakWatch.class)
abstract class UdpSocketContract {
    static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();

    LoopDriver driver;
    Inbox inbox;
    UdpSocket receiver;
    UdpSocket sender;

    abstract LoopDriver open();

    @BeforeEach
    void openSockets() throws Exception {
        driver = open();
        inbox = new Inbox(driver);
        receiver = driver.loop.bind(UdpBinding.ephemeral(LOOPBACK), inbox);
        sender = driver.loop.bind(UdpBinding.ephemeral(LOOPBACK), new Inbox(driver));
    }

    @AfterEach
    void close() {
        driver.close();
        assertEquals(List.of(), driver.bugs);
    }

    static InetAddress literal(String address) throws UnknownHostException {
        return InetAddress.getAllByName(address)[0];
    }

    static byte[] pattern(int length, int seed) {
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            bytes[i] = (byte) (seed * 31 + i);
        }
        return bytes;
    }

    void send(byte[] bytes, InetSocketAddress to) {
        sender.send(bytes, 0, bytes.length, to);
    }

    void assertReceived(List<byte[]> expected) throws Exception {
        driver.until(expected.size() + " datagrams", () -> inbox.datagrams.size() >= expected.size());
        List<byte[]> got = driver.on(inbox::payloads);
        assertEquals(expected.size(), got.size());
        for (int i = 0; i < got.size(); i++) {
            assertArrayEquals(expected.get(i), got.get(i), "datagram " + i);
        }
    }

    @Test
    void deliversBytesFromAnOffsetWithTheirSender() throws Exception {
        driver.run(() -> sender.send(new byte[] {9, 1, 2, 3, 9}, 1, 3, receiver.localAddress()));
        assertReceived(List.of(new byte[] {1, 2, 3}));
        assertEquals(
                sender.localAddress(), driver.on(() -> inbox.datagrams.get(0).remote()));
        driver.run(() -> send(new byte[] {4}, receiver.localAddress()));
        assertReceived(List.of(new byte[] {1, 2, 3}, new byte[] {4}));
    }

    @Test
    void copiesBeforeSendReturns() throws Exception {
        driver.run(() -> {
            byte[] reused = {1};
            for (int i = 0; i < 10; i++) {
                reused[0] = (byte) i;
                send(reused, receiver.localAddress());
            }
        });
        List<byte[]> expected = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            expected.add(new byte[] {(byte) i});
        }
        assertReceived(expected);
    }

    @Test
    void truncatesNoSizeThereIs() throws Exception {
        List<byte[]> expected = new ArrayList<>();
        for (int size : new int[] {1, 1_200, 1_472, 1_473, 2_047, 2_048, 2_049, 9_000, 16_384, 65_506, 65_507}) {
            expected.add(pattern(size, size));
            driver.run(() -> send(pattern(size, size), receiver.localAddress()));
            assertReceived(expected);
        }
    }

    @Test
    void keepsTheOrderAcrossSizesAndRuns() throws Exception {
        long seed = 20_260_101;
        SplittableRandom random = new SplittableRandom(seed);
        List<byte[]> expected = new ArrayList<>();
        for (int turn = 0; turn < 30; turn++) {
            List<byte[]> burst = new ArrayList<>();
            int size = random.nextInt(1, 1_600);
            for (int i = random.nextInt(1, 90); i > 0; i--) {
                // Mostly equal: runs; some shorter, some longer.
                int length = random.nextInt(5) > 0 ? size : random.nextInt(1, 2_000);
                burst.add(pattern(length, expected.size() + burst.size()));
            }
            expected.addAll(burst);
            driver.run(() -> burst.forEach(bytes -> send(bytes, receiver.localAddress())));
            assertReceived(expected);
        }
        assertEquals(expected.size(), driver.on(() -> sender.stats().sent()));
        long bytes = expected.stream().mapToLong(b -> b.length).sum();
        assertEquals(bytes, driver.on(() -> sender.stats().sentBytes()));
        assertEquals(bytes, driver.on(() -> receiver.stats().receivedBytes()));
        assertEquals(expected.size(), driver.on(() -> receiver.stats().received()));
        assertEquals(
                0, driver.on(() -> sender.stats().sendFailed() + sender.stats().sendDropped()));
    }

    @Test
    void keepsDestinationsApart() throws Exception {
        List<Inbox> inboxes = new ArrayList<>();
        List<UdpSocket> receivers = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            Inbox own = new Inbox(driver);
            inboxes.add(own);
            receivers.add(driver.loop.bind(UdpBinding.ephemeral(LOOPBACK), own));
        }
        driver.run(() -> {
            for (int packet = 0; packet < 8; packet++) {
                for (int i = 0; i < 40; i++) {
                    send(pattern(1_000, i * 100 + packet), receivers.get(i).localAddress());
                }
            }
        });
        driver.until("8 for each", () -> inboxes.stream().allMatch(own -> own.datagrams.size() == 8));
        for (int i = 0; i < 40; i++) {
            for (int packet = 0; packet < 8; packet++) {
                assertArrayEquals(
                        pattern(1_000, i * 100 + packet),
                        inboxes.get(i).payloads().get(packet));
            }
        }
    }

    @Test
    void givesTheDatagramsOfATurnOneTimeAndOneSenderInstance() throws Exception {
        driver.run(() -> {
            for (int i = 0; i < 60; i++) {
                send(new byte[] {(byte) i}, receiver.localAddress());
            }
        });
        driver.until("60 datagrams and the end of their turn", () -> inbox.datagrams.size() == 60 && inbox.turns > 0);
        driver.run(() -> {
            for (int i = 1; i < 60; i++) {
                Inbox.Received before = inbox.datagrams.get(i - 1);
                Inbox.Received now = inbox.datagrams.get(i);
                assertSame(before.remote(), now.remote());
                assertTrue(now.nowNs() >= before.nowNs());
                if (now.turn() == before.turn()) {
                    assertEquals(before.nowNs(), now.nowNs());
                }
            }
        });
    }

    @Test
    void sendsWhatAListenerAnsweredAtTheEndOfTheTurn() throws Exception {
        UdpSocket[] echo = new UdpSocket[1];
        echo[0] = driver.loop.bind(
                UdpBinding.ephemeral(LOOPBACK),
                (data, offset, length, remote, nowNs) -> echo[0].send(data, offset, length, receiver.localAddress()));
        driver.run(() -> send(new byte[] {7, 7}, echo[0].localAddress()));
        assertReceived(List.of(new byte[] {7, 7}));
    }

    @Test
    void sendsWhatATimerQueued() throws Exception {
        driver.run(() -> driver.loop.schedule(
                driver.loop.nowNs() + 1_000_000, nowNs -> send(new byte[] {5}, receiver.localAddress())));
        assertReceived(List.of(new byte[] {5}));
    }

    @Test
    void survivesAPortThatNobodyListensOn() throws Exception {
        UdpSocket gone = driver.loop.bind(UdpBinding.ephemeral(LOOPBACK), inbox);
        driver.run(gone::close);
        for (int i = 0; i < 5; i++) {
            driver.run(() -> send(new byte[] {1}, gone.localAddress()));
        }
        driver.run(() -> send(new byte[] {2}, receiver.localAddress()));
        assertReceived(List.of(new byte[] {2}));
    }

    @Test
    void countsWhatCannotBeSent() throws Exception {
        driver.run(() -> {
            sender.send(new byte[65_508], 0, 65_508, receiver.localAddress());
            sender.send(new byte[1], 0, 0, receiver.localAddress());
            sender.send(new byte[1], 0, 1, InetSocketAddress.createUnresolved("nowhere.invalid", 5));
            send(new byte[] {3}, receiver.localAddress());
        });
        assertReceived(List.of(new byte[] {3}));
        assertEquals(3, driver.on(() -> sender.stats().sendFailed()));
        assertEquals(1, driver.on(() -> sender.stats().sent()));
        assertEquals(2, driver.on(() -> sender.unsent(receiver.localAddress())));
        InetSocketAddress other = new InetSocketAddress(LOOPBACK, 9);
        assertEquals(0, driver.on(() -> sender.unsent(other)), "whoever shares the socket is not blamed");
    }

    @Test
    void namesTheAddressThatIsTaken() {
        BindException taken = assertThrows(
                BindException.class, () -> driver.loop.bind(UdpBinding.of(receiver.localAddress()), inbox));
        String message = String.valueOf(taken.getMessage());
        assertTrue(message.contains("127.0.0.1:" + receiver.localAddress().getPort()), message);
        assertTrue(message.contains("Address already in use"), message);
    }

    @Test
    void freesThePortWhenClosed() throws Exception {
        InetSocketAddress address = receiver.localAddress();
        assertNotEquals(0, address.getPort());
        driver.run(() -> {
            receiver.close();
            receiver.close();
        });
        Inbox second = new Inbox(driver);
        UdpSocket again = driver.loop.bind(UdpBinding.of(address), second);
        driver.run(() -> send(new byte[] {8}, again.localAddress()));
        driver.until("the new socket's datagram", () -> second.datagrams.size() == 1);
        assertEquals(0, driver.on(() -> inbox.datagrams.size()));
    }

    @Test
    void sendsWhatIsQueuedBeforeItCloses() throws Exception {
        driver.run(() -> {
            send(new byte[] {6}, receiver.localAddress());
            sender.close();
            send(new byte[] {7}, receiver.localAddress());
            sender.flush();
        });
        assertReceived(List.of(new byte[] {6}));
        assertEquals(1, driver.on(() -> sender.stats().sent()));
    }

    @Test
    void bindsFromTheLoopItself() throws Exception {
        Inbox own = new Inbox(driver);
        UdpSocket bound = driver.on(() -> driver.loop.bind(UdpBinding.ephemeral(LOOPBACK), own));
        driver.run(() -> send(new byte[] {1}, bound.localAddress()));
        driver.until("its datagram", () -> own.datagrams.size() == 1);
    }

    @Test
    void sharesAPortOnlyWhenAsked() throws Exception {
        UdpSocket first = driver.loop.bind(UdpBinding.ephemeral(LOOPBACK).withReusePort(), inbox);
        UdpSocket second = driver.loop.bind(UdpBinding.of(first.localAddress()).withReusePort(), inbox);
        assertEquals(first.localAddress(), second.localAddress());
        driver.run(() -> send(new byte[] {1}, first.localAddress()));
        driver.until("one of them", () -> inbox.datagrams.size() == 1);
    }

    @Test
    void closesItselfInTheMiddleOfABurst() throws Exception {
        UdpSocket[] once = new UdpSocket[1];
        List<Integer> seen = new ArrayList<>();
        once[0] = driver.loop.bind(UdpBinding.ephemeral(LOOPBACK), (data, offset, length, remote, nowNs) -> {
            seen.add((int) data[offset]);
            send(new byte[] {42}, receiver.localAddress());
            once[0].close();
        });
        driver.run(() -> {
            for (int i = 0; i < 20; i++) {
                send(new byte[] {(byte) i}, once[0].localAddress());
            }
        });
        assertReceived(List.of(new byte[] {42}));
        assertEquals(List.of(0), driver.on(() -> List.copyOf(seen)));
    }

    @Test
    void reportsBugsOfListenersAndGoesOn() throws Exception {
        UdpSocket faulty = driver.loop.bind(UdpBinding.ephemeral(LOOPBACK), new DatagramListener() {
            @Override
            public void onDatagram(byte[] data, int offset, int length, InetSocketAddress remote, long nowNs) {
                throw new IllegalStateException("datagram " + data[offset]);
            }

            @Override
            public void onTurnEnd(long nowNs) {
                throw new IllegalStateException("turn end");
            }
        });
        driver.run(() -> send(new byte[] {1}, faulty.localAddress()));
        driver.until("two bugs", () -> driver.bugs.size() == 2);
        driver.run(() -> send(new byte[] {2}, faulty.localAddress()));
        driver.until("two more", () -> driver.bugs.size() == 4);
        assertEquals(
                List.of("datagram 1", "turn end", "datagram 2", "turn end"),
                driver.bugs.stream().map(Throwable::getMessage).toList());
        driver.bugs.clear();
        driver.run(() -> send(new byte[] {3}, receiver.localAddress()));
        assertReceived(List.of(new byte[] {3}));
        assertFalse(driver.on(() -> receiver.stats().kernelDropped() > 0));
    }

    private static final long WINDOW_NS = 400_000_000;

    @Test
    void gathersWhatFollowsWhileTimersAndTasksKeepTheirTime() throws Exception {
        List<Integer> order = new ArrayList<>();
        UdpSocket gathered = driver.loop.bind(UdpBinding.ephemeral(LOOPBACK), (data, offset, length, remote, nowNs) -> {
            order.add((int) data[offset]);
            inbox.onDatagram(data, offset, length, remote, nowNs);
        });
        driver.run(() -> {
            driver.loop.gather(WINDOW_NS);
            send(new byte[] {0}, gathered.localAddress());
        });
        driver.until("the first", () -> order.size() == 1);
        driver.run(() -> {
            send(new byte[] {1}, gathered.localAddress());
            sender.flush();
            driver.loop.execute(() -> order.add(100));
            for (int i = 1; i <= 3; i++) {
                int number = i;
                driver.loop.schedule(driver.loop.nowNs() + i * 1_000_000L, nowNs -> {
                    order.add(100 + number);
                    send(new byte[] {(byte) (1 + number)}, gathered.localAddress());
                });
            }
        });
        driver.until("all", () -> order.size() == 9);
        assertEquals(List.of(0, 100, 101, 102, 103, 1, 2, 3, 4), driver.on(() -> List.copyOf(order)));
        driver.run(() -> {
            long waited =
                    inbox.datagrams.get(1).nowNs() - inbox.datagrams.get(0).nowNs();
            assertTrue(waited >= WINDOW_NS * 7 / 8, "waited " + waited);
            assertEquals(inbox.datagrams.get(1).nowNs(), inbox.datagrams.get(4).nowNs());
        });
    }

    @Test
    void endsAWindowWhenNothingIsToBeGatheredAnyMore() throws Exception {
        driver.run(() -> {
            driver.loop.gather(EventLoop.MAX_GATHER_NS);
            send(new byte[] {0}, receiver.localAddress());
        });
        driver.until("the first", () -> inbox.datagrams.size() == 1);
        driver.run(() -> {
            send(new byte[] {1}, receiver.localAddress());
            driver.loop.gather(0);
        });
        driver.until("the second", () -> inbox.datagrams.size() == 2);
        long waited = driver.on(
                () -> inbox.datagrams.get(1).nowNs() - inbox.datagrams.get(0).nowNs());
        assertTrue(waited < EventLoop.MAX_GATHER_NS * 3 / 4, "waited " + waited);
    }

    @Test
    void doesNotGatherWhereABurstWouldNotFit() throws Exception {
        driver.loop.bind(UdpBinding.ephemeral(LOOPBACK).withBuffers(8_192, 1 << 20), new Inbox(driver));
        driver.run(() -> {
            driver.loop.gather(EventLoop.MAX_GATHER_NS);
            send(new byte[] {0}, receiver.localAddress());
        });
        driver.until("the first", () -> inbox.datagrams.size() == 1);
        driver.run(() -> send(new byte[] {1}, receiver.localAddress()));
        driver.until("the second", () -> inbox.datagrams.size() == 2);
        long waited = driver.on(
                () -> inbox.datagrams.get(1).nowNs() - inbox.datagrams.get(0).nowNs());
        assertTrue(waited < EventLoop.MAX_GATHER_NS * 3 / 4, "waited " + waited);
    }
}
