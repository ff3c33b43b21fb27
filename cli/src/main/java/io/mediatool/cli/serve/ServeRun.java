package io.mediatool.cli.serve;

import io.mediatool.cli.config.ServeConfig;
import io.mediatool.cli.hook.Hooks;
import io.mediatool.cli.http.HttpDoor;
import io.mediatool.cli.http.HttpSettings;
import io.mediatool.cli.http.TlsPair;
import io.mediatool.cli.http.access.Gate;
import io.mediatool.cli.http.access.KeyRing;
import io.mediatool.cli.rooms.MediaDirectory;
import io.mediatool.cli.rooms.Works;
import io.mediatool.cli.run.Loops;
import io.mediatool.cli.terminal.CommandException;
import io.mediatool.cli.terminal.ExitCode;
import io.mediatool.cli.terminal.Interruption;
import io.mediatool.cli.terminal.OutputOptions;
import io.mediatool.core.dtls.DtlsCertificate;
import io.mediatool.core.dtls.WebCertificate;
import io.mediatool.core.ice.IceCandidate;
import io.mediatool.core.loop.EventLoop;
import io.mediatool.core.loop.address.AddressText;
import io.mediatool.core.server.MediaServer;
import io.mediatool.core.server.peer.Endpoint;
import io.mediatool.core.server.peer.EndpointOptions;
import io.mediatool.core.server.sound.SoundStudio;
import io.mediatool.core.signalling.session.SessionDoor;
import io.mediatool.core.signalling.session.SessionEvent;
import io.mediatool.core.signalling.session.SessionLimits;
import io.mediatool.core.srtp.AesGcm;
import io.mediatool.core.srtp.foreign.FastestGcm;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** One run of {@code mediatool serve}. */
public final class ServeRun {
    private static final long GOODBYE_S = 5;
    private static final long HOOK_WAIT_MS = 500;

    /** A disk may be slow, and whoever stops services has some patience. */
    private static final long FINISH_S = 60;

    private final ServeConfig config;
    private final OutputOptions out;
    private final Interruption interruption;
    private final ServeLog log;
    private final SecureRandom random = new SecureRandom();
    private final InstantSource wallClock = InstantSource.system();
    private final CountDownLatch stopped = new CountDownLatch(1);
    private final AtomicLong opened = new AtomicLong();
    private final long startedNs = System.nanoTime();

    public ServeRun(ServeConfig config, OutputOptions out, Interruption interruption) {
        this.config = config;
        this.out = out;
        this.interruption = interruption;
        this.log = new ServeLog(out.console(), config.jsonLog(), wallClock);
    }

    /** Serves until a signal comes. */
    public int run() throws CommandException {
        log.takeOver();
        // Files are looked at first; Vert.x and native libraries take their time meanwhile.
        CompletableFuture<AesGcm> gcm = gcm();
        CompletableFuture<HttpDoor> http = CompletableFuture.supplyAsync(() -> new HttpDoor(log::bug));
        try {
            serve(http, gcm, httpSettings());
        } finally {
            http.join().close();
        }
        var summary = new LinkedHashMap<String, Object>();
        summary.put("stopped", "interrupted");
        summary.put("sessions", opened.get());
        summary.put("seconds", (System.nanoTime() - startedNs) / 1e9);
        out.summary(summary);
        return ExitCode.OK;
    }

    private void serve(CompletableFuture<HttpDoor> http, CompletableFuture<AesGcm> gcm, HttpSettings settings)
            throws CommandException {
        List<EventLoop> loops = new ArrayList<>();
        List<MediaServer> servers = new ArrayList<>();
        List<Endpoint> endpoints = List.of();
        SoundStudio sound = new SoundStudio();
        try {
            for (int i = 0; i < config.loops(); i++) {
                loops.add(Loops.open(out.console()));
                servers.add(new MediaServer(loops.get(i), random, wallClock, sound));
            }
            endpoints = endpoints(servers, gcm);
            endpoints.forEach(each -> each.onBugs(log::bug));
            RoomStart start = new RoomStart(config.rooms());
            MediaDirectory media = start.media();
            start.repair(log::line);
            try (SessionDoor door = SessionDoor.open(
                            endpoints, new SessionLimits(config.maxSessions(), config.maxSessions(), 1_000));
                    Works works = new Works(door, media, random, wallClock);
                    Hooks hooks = new Hooks(config.hooks(), HOOK_WAIT_MS, wallClock, random, log::line, log::warning)) {
                door.addListener(log);
                door.addListener(this::count);
                works.addListener(log::onWork);
                door.addListener(hooks);
                works.addListener(hooks);
                listen(http.join(), settings, door, works, endpoints.get(0));
                start.begin(works);
                interruption.onSignal(stopped::countDown);
                announce(settings, http.join().port(), endpoints.get(0));
                await();
                finish(works);
                drain(door);
                hooks.drain();
                log.line("stopped");
            }
        } finally {
            endpoints.forEach(Endpoint::close);
            servers.forEach(MediaServer::close);
            sound.close();
            loops.forEach(EventLoop::close);
        }
    }

    /** In a thread of its own: on two processors the common pool has one, which Vert.x needs. */
    private static CompletableFuture<AesGcm> gcm() {
        return CompletableFuture.supplyAsync(() -> FastestGcm.choose(System::nanoTime), task -> {
            Thread thread = new Thread(task, "srtp-choice");
            thread.setDaemon(true);
            thread.start();
        });
    }

    private void count(SessionEvent event) {
        if (event.type() == SessionEvent.Type.SESSION_OPENED) {
            opened.incrementAndGet();
        }
    }

    private HttpSettings httpSettings() throws CommandException {
        KeyRing keys = JwtKeys.open(config, log::warning);
        return new HttpSettings(
                config.bind().isEmpty() ? localhost() : config.bind(),
                config.httpPort(),
                tls(),
                new Gate(config.tokens(), keys, wallClock),
                config.allowOrigins(),
                config.iceServers(),
                config.redirect(),
                config.proxies(),
                config.requestsPerSecond());
    }

    private static List<InetAddress> localhost() {
        return List.of(literal("127.0.0.1"), literal("::1"));
    }

    private static InetAddress literal(String address) {
        try {
            return InetAddress.getByName(address);
        } catch (UnknownHostException e) {
            throw new IllegalStateException("a literal needs no look-up", e);
        }
    }

    private @Nullable TlsPair tls() throws CommandException {
        if (config.tlsCertificate() != null) {
            return TlsFiles.read(config.tlsCertificate(), Objects.requireNonNull(config.tlsKey()));
        }
        if (!config.tlsSelfSigned()) {
            return null;
        }
        var names = new ArrayList<>(List.of("localhost", "127.0.0.1", "::1"));
        names.addAll(config.advertise());
        config.bind().stream()
                .filter(address -> !address.isAnyLocalAddress())
                .forEach(address -> names.add(address.getHostAddress()));
        WebCertificate made = WebCertificate.selfSigned(random, wallClock.instant(), names);
        return new TlsPair(made.certificatePem(), made.keyPem());
    }

    private List<Endpoint> endpoints(List<MediaServer> servers, CompletableFuture<AesGcm> gcm) throws CommandException {
        DtlsCertificate certificate = DtlsCertificate.selfSigned(random, wallClock.instant());
        AesGcm chosen = gcm.join();
        try {
            if (!config.bind().isEmpty()) {
                return Endpoint.open(servers, options(config.bind(), chosen), certificate, random);
            }
            try {
                return Endpoint.open(servers, options(List.of(literal("::")), chosen), certificate, random);
            } catch (IOException e) {
                // A machine without IPv6.
                return Endpoint.open(servers, options(List.of(literal("0.0.0.0")), chosen), certificate, random);
            }
        } catch (IOException e) {
            throw new CommandException(ExitCode.NETWORK, "UDP: " + e.getMessage() + wayOut(e, "--udp"));
        }
    }

    private EndpointOptions options(List<InetAddress> bind, AesGcm gcm) {
        return EndpointOptions.of(new InetSocketAddress(bind.get(0), config.udpPort()))
                .withBind(bind)
                .withAdvertise(config.advertise())
                .withMaxTransports(config.maxSessions())
                .withGcm(gcm);
    }

    private void listen(HttpDoor http, HttpSettings settings, SessionDoor door, Works works, Endpoint endpoint)
            throws CommandException {
        try {
            http.listen(settings, door, works, endpoint);
            settings.bind().forEach(each -> works.keep(new InetSocketAddress(each, http.port()), false, "HTTP"));
            int media = endpoint.localAddress().getPort();
            endpoint.options()
                    .bind()
                    .forEach(each -> works.keep(new InetSocketAddress(each, media), true, "the media of its sessions"));
        } catch (IOException e) {
            throw new CommandException(ExitCode.NETWORK, "HTTP: " + e.getMessage() + wayOut(e, "--http"));
        }
    }

    private static String wayOut(IOException refused, String option) {
        String reason = String.valueOf(refused.getMessage());
        if (reason.contains("in use")) {
            return "; is another mediatool running? " + option + " takes another port";
        }
        if (reason.contains("Permission denied")) {
            return "; ports below 1024 are for the administrator: " + option + " takes another port";
        }
        return reason.contains("Cannot assign") ? "; --bind takes addresses that this machine has" : "";
    }

    private void announce(HttpSettings settings, int port, Endpoint endpoint) {
        String url = (settings.tls() == null ? "http://" : "https://") + host(settings) + ":" + port;
        log.line("page  " + url + "/");
        log.line("WHIP  " + url + "/whip/ROOM");
        log.line("WHEP  " + url + "/whep/ROOM");
        for (IceCandidate candidate : endpoint.candidates()) {
            InetSocketAddress address = candidate.address();
            if (address != null) {
                log.line("media " + candidate.transport() + " " + AddressText.of(address) + ", reached by "
                        + Reach.of(address.getAddress()));
            }
        }
        log.line("SRTP  AES-GCM by " + endpoint.options().gcm().name() + ", on Java "
                + Runtime.version().feature());
        if (!settings.isLoopback() && settings.gate().isOpen()) {
            log.warning("whoever reaches this port may publish, watch and end what others do: --token asks for tokens");
        }
        if (!settings.isLoopback() && settings.tls() == null) {
            log.warning(
                    "browsers open cameras on localhost and over HTTPS only: --tls-self-signed, or --tls-cert and --tls-key");
        }
        log.line("ready");
    }

    private static String host(HttpSettings settings) {
        InetAddress first = settings.bind().get(0);
        if (first.isLoopbackAddress() || first.isAnyLocalAddress()) {
            return "localhost";
        }
        return AddressText.bracketed(first);
    }

    private void await() {
        try {
            stopped.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** All files become whole ones. */
    private void finish(Works works) {
        try {
            works.shutDown().toCompletableFuture().get(FINISH_S, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            log.warning("not every recording could be finished; the next start repairs them");
        }
    }

    private void drain(SessionDoor door) {
        door.drain();
        try {
            door.shutDown().toCompletableFuture().get(GOODBYE_S, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            log.warning("not every client heard the goodbye");
        }
    }
}
