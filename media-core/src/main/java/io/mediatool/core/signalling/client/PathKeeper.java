package io.mediatool.core.signalling.client;

import io.mediatool.core.ice.IceCandidate;
import io.mediatool.core.ice.IceCredentials;
import io.mediatool.core.ice.IceRemoteCandidate;
import io.mediatool.core.loop.EventLoop;
import io.mediatool.core.loop.Timer;
import io.mediatool.core.sdp.SdpAttribute;
import io.mediatool.core.server.peer.Endpoint;
import io.mediatool.core.server.peer.Transport;
import io.mediatool.core.signalling.client.HttpSignalling.Reply;
import io.mediatool.core.signalling.webrtc.IceFragment;
import io.mediatool.core.signalling.webrtc.LocalTransport;
import io.mediatool.core.signalling.webrtc.RefusedOfferException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the way to a server: tells it of addresses of ours that have come, and restarts ICE when one has gone or nothing is answered any
 * more (RFC 9725 §4.3). Servers that know of neither are left in peace. On the loop.
 */
final class PathKeeper {
    private static final long LOOK_NS = 1_000_000_000L;
    /** Twice what lies between two checks of consent. */
    private static final long SILENT_NS = 10_000_000_000L;
    /** Longer without an answer by UDP, and none by HTTP either: the server is gone. */
    private static final long GONE_NS = 20_000_000_000L;

    private static final long PAUSE_NS = 4_000_000_000L;
    private static final String ANY = "*";

    private final Endpoint endpoint;
    private final EventLoop loop;
    private final Exchange exchange;
    private final RandomGenerator random;
    private final Listener listener;
    private final List<String> told = new ArrayList<>();
    private final List<IceCandidate> reflexive = new ArrayList<>();
    private ClientOffer offer;
    private List<IceCandidate> own;
    private List<IceCandidate> theirs = List.of();
    private @Nullable Transport transport;
    private @Nullable Timer alarm;
    private boolean asking;
    private boolean restartable = true;
    private boolean trickles = true;
    private boolean ended;
    private IceCredentials ice;
    private long triedNs = Long.MIN_VALUE / 2;
    private long restarts;

    /** Told on the loop. */
    interface Listener {
        /** The session cannot be kept. */
        void onGone(String reason, long nowNs);
    }

    PathKeeper(Endpoint endpoint, Exchange exchange, ClientOffer offer, Listener listener) {
        this.endpoint = endpoint;
        this.loop = endpoint.server().loop();
        this.exchange = exchange;
        this.offer = offer;
        this.random = endpoint.server().random();
        this.listener = listener;
        this.own = offer.local().candidates();
        this.ice = offer.local().ice();
        own.forEach(each -> told.add(each.toSdp()));
    }

    /** Servers are told by the m-lines of this one from now on. */
    void offered(ClientOffer anew) {
        offer = anew;
    }

    /** From now on, with the candidates of the server. */
    void begin(Transport of, List<IceCandidate> candidates) {
        transport = of;
        theirs = candidates;
        alarm = loop.schedule(loop.nowNs() + LOOK_NS, nowNs -> {
            if (!ended && of.report().ice().answers() == 0) {
                askStunServers();
            }
            look(nowNs);
        });
    }

    /** A server that cannot be reached yet may have to come to us, through our NAT: it is told where that is (Link: RFC 9725 §4.4). */
    private void askStunServers() {
        if (exchange.iceServers().isEmpty()) {
            return;
        }
        CandidateNames.stunServers(exchange.iceServers())
                .thenAccept(servers -> onLoop(() -> servers.forEach(this::askStunServer)));
    }

    private void askStunServer(InetSocketAddress server) {
        if (!ended) {
            endpoint.reflexive(server)
                    .thenAccept(mapped ->
                            onReflexive(IceCandidate.reflexive(mapped, endpoint.localAddress(), told.size())));
        }
    }

    private void onLoop(Runnable task) {
        loop.tryExecute(task);
    }

    /** For people who wonder why nothing connects; empty when there is nothing to be said. */
    String relays() {
        boolean turn = exchange.iceServers().stream().anyMatch(each -> each.startsWith("turn"));
        return turn ? " (it names TURN servers, which mediatool does not use)" : "";
    }

    void end() {
        ended = true;
        Timer pending = alarm;
        if (pending != null) {
            pending.cancel();
        }
    }

    /** How often ICE was begun anew. */
    long restarts() {
        return restarts;
    }

    /** All that we can be reached at now: a new one is told, and when one has gone the way is looked for anew. */
    void onAddresses(List<IceCandidate> candidates) {
        List<String> now = candidates.stream().map(IceCandidate::host).toList();
        boolean gone = own.stream().anyMatch(each -> each.type().equals("host") && !now.contains(each.host()));
        List<IceCandidate> fresh =
                candidates.stream().filter(each -> !told.contains(each.toSdp())).toList();
        own = List.copyOf(candidates);
        if (transport == null || ended) {
            return;
        }
        if (gone && restartable) {
            restart(ANY);
        } else if (!fresh.isEmpty()) {
            trickle(fresh);
        }
    }

    /** Us as others see us. */
    private void onReflexive(IceCandidate candidate) {
        if (!told.contains(candidate.toSdp()) && !ended) {
            reflexive.add(candidate);
            trickle(List.of(candidate));
        }
    }

    private void look(long nowNs) {
        if (ended) {
            return;
        }
        alarm = loop.schedule(nowNs + LOOK_NS, this::look);
        if (silentNs(nowNs) >= SILENT_NS && nowNs - triedNs >= PAUSE_NS) {
            if (restartable) {
                restart(ANY);
            }
        }
    }

    /** How long nothing has been answered; 0 before the first answer. */
    private long silentNs(long nowNs) {
        Transport of = transport;
        if (of == null) {
            return 0;
        }
        return of.report().ice().candidates().stream()
                .filter(IceRemoteCandidate::isVerified)
                .mapToLong(each -> nowNs - each.verifiedNs())
                .min()
                .orElse(0);
    }

    private void restart(String ifMatch) {
        if (asking) {
            return;
        }
        asking = true;
        triedNs = loop.nowNs();
        IceCredentials fresh = IceCredentials.random(random);
        List<IceCandidate> all = new ArrayList<>(own);
        all.addAll(reflexive);
        exchange.patch(fragment(fresh, all), ifMatch)
                .whenComplete((reply, failure) -> onRestarted(fresh, ifMatch, reply));
    }

    private void onRestarted(IceCredentials fresh, String ifMatch, @Nullable Reply reply) {
        asking = false;
        Transport of = transport;
        if (ended || of == null) {
            return;
        }
        long nowNs = loop.nowNs();
        boolean silent = silentNs(nowNs) >= SILENT_NS;
        if (reply == null) {
            if (silentNs(nowNs) >= GONE_NS) {
                listener.onGone("the server answers no more", nowNs);
            }
            return;
        }
        IceFragment answer = answer(reply);
        String etag = exchange.etag();
        if (answer != null && answer.credentials() != null) {
            restarts++;
            ice = fresh;
            told.clear();
            own.forEach(each -> told.add(each.toSdp()));
            List<IceCandidate> where = answer.candidates().isEmpty() ? theirs : answer.candidates();
            of.restartIce(fresh, answer.credentials(), where);
        } else if (isAboutTag(reply) && ifMatch.equals(ANY) && !etag.isEmpty()) {
            restart(etag); // some know a restart by its credentials only
        } else if (reply.status() == 404 || reply.status() == 410) {
            restartable = !silent;
            if (silent) {
                listener.onGone("the server does not know the session any more", nowNs);
            }
        } else {
            restartable = false; // 405, 501, or 204 by those who trickle only
            if (silent) {
                listener.onGone("no answer by UDP, and the server restarts no ICE (" + reply.status() + ")", nowNs);
            }
        }
    }

    private static @Nullable IceFragment answer(Reply reply) {
        if (reply.status() / 100 != 2 || reply.body().isBlank()) {
            return null;
        }
        try {
            return IceFragment.read(reply.body());
        } catch (RefusedOfferException e) {
            return null;
        }
    }

    /** The condition fails (412), or there should have been one (428). */
    private static boolean isAboutTag(Reply reply) {
        return reply.status() == 412 || reply.status() == 428;
    }

    private void trickle(List<IceCandidate> fresh) {
        if (!trickles) {
            return;
        }
        fresh.forEach(each -> told.add(each.toSdp()));
        String fragment = fragment(ice, fresh);
        exchange.patch(fragment, exchange.etag()).whenComplete((reply, failure) -> {
            if (reply != null && isAboutTag(reply) && !ended) {
                String newer = reply.header("etag");
                exchange.patch(fragment, newer == null ? ANY : newer)
                        .whenComplete((second, again) -> trickles = second != null && second.status() / 100 == 2);
            } else {
                trickles = reply != null && reply.status() / 100 == 2;
            }
        });
    }

    /** RFC 8840 §9: the m-line whose transport is everybody's. */
    private String fragment(IceCredentials credentials, List<IceCandidate> candidates) {
        OfferedTrack first = offer.tracks().get(0);
        LocalTransport local = new LocalTransport(
                offer.local().sessionId(), credentials, offer.local().fingerprint(), candidates);
        List<SdpAttribute> attributes = new ArrayList<>(local.credentialLines());
        attributes.add(new SdpAttribute("mid", first.mid()));
        attributes.addAll(local.candidateLines());
        StringBuilder text = new StringBuilder("a=ice-options:trickle\r\n");
        text.append("a=group:BUNDLE ")
                .append(String.join(
                        " ", offer.tracks().stream().map(OfferedTrack::mid).toList()))
                .append("\r\nm=")
                .append(first.kind().label())
                .append(" 9 UDP/TLS/RTP/SAVPF ")
                .append(first.codecs().get(0).format().payloadType())
                .append("\r\n");
        for (SdpAttribute each : attributes) {
            text.append("a=").append(each.name());
            text.append(each.value().isEmpty() ? "" : ":" + each.value()).append("\r\n");
        }
        return text.toString();
    }
}
