// Keeps one WHIP or WHEP session alive: opens it, trickles, restarts ICE when the network changes, and begins anew, ever more
// patiently, when all that does not help.
import { session } from "./api.js";
import { Problem } from "./problem.js";
import { SessionResource } from "./resource.js";
import { iceFragment, restarted } from "./sdp.js";

const CONNECT_MS = 15_000;
const ASK_SERVER_MS = 2_000;
const GRACE_MS = 2_500;
const RESTART_MS = 6_000;
const STEADY_MS = 10_000;
const GOODBYE_MS = 1_000;
const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 15_000;
const GATHER_TOGETHER_MS = 30;

const delay = (ms, signal) =>
  new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal?.addEventListener("abort", () => (clearTimeout(timer), resolve()), { once: true });
  });

export class PeerSession {
  #endpoint;
  #what;
  #stop = new AbortController();
  #attempt = new AbortController();
  #resource = null;
  #pc = null;
  /** Set while an ICE restart is being agreed on. */
  #restarting = false;
  #restart = null;

  /**
   * @param {string} endpoint of WHIP or WHEP
   * @param {string} what for messages: what fails when it does
   * @param {(state: "connecting"|"live"|"waiting"|"ended"|"failed", detail: string, problem?: Problem) => void} onState
   */
  constructor(endpoint, what, onState) {
    this.#endpoint = endpoint;
    this.#what = what;
    this.onState = onState;
  }

  /** For the subclass: adds what is sent or wanted. */
  prepare(_pc) {}

  /** Whether a session that the server closed is opened again: a viewer comes back, a publisher was sent away. */
  get returns() {
    return true;
  }

  get connection() {
    return this.#pc;
  }

  get resource() {
    return this.#resource;
  }

  get id() {
    return this.#resource?.id ?? "";
  }

  /** Runs until {@link close} or until it makes no sense to go on. */
  async run() {
    const onChange = () => this.#networkChanged();
    const { signal } = this.#stop;
    window.addEventListener("online", onChange, { signal });
    // This event also tells mere estimates of speed; only another kind of network is a reason to look for a new path.
    let network = navigator.connection?.type;
    const onNetwork = () => {
      if (navigator.connection.type !== network) {
        network = navigator.connection.type;
        onChange();
      }
    };
    navigator.connection?.addEventListener?.("change", onNetwork, { signal });
    window.addEventListener("pagehide", () => this.close(), { signal });
    let pauseMs = FIRST_PAUSE_MS;
    while (!signal.aborted) {
      const startedAt = performance.now();
      let problem;
      try {
        this.onState("connecting", "Connecting …");
        await this.#connect();
        this.onState("live", "");
        problem = await this.#lost();
      } catch (error) {
        problem = error instanceof Problem ? error : new Problem(`${this.#what}: ${error.message}`);
      }
      this.#drop();
      if (signal.aborted) {
        return;
      }
      if (!problem.retry) {
        this.onState("failed", problem.message, problem);
        return;
      }
      pauseMs = performance.now() - startedAt > STEADY_MS + CONNECT_MS ? FIRST_PAUSE_MS : pauseMs;
      this.onState("waiting", problem.message, problem);
      // A little chance, so that a hundred viewers do not come back in one instant.
      await delay(Math.max(problem.retryAfterMs, pauseMs) * (0.8 + 0.4 * Math.random()), signal);
      pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS);
    }
  }

  /** Leaves: tells the server and lets go. */
  close() {
    if (!this.#stop.signal.aborted) {
      this.#stop.abort();
      this.#drop();
      this.onState("ended", "");
    }
  }

  #drop() {
    this.#attempt.abort();
    const pc = this.#pc;
    const said = this.#resource?.end();
    this.#pc = null;
    this.#resource = null;
    // The goodbye of DTLS must not overtake that of HTTP, which would then find no session.
    Promise.race([said, delay(said ? GOODBYE_MS : 0)]).then(() => pc?.close());
  }

  async #connect() {
    this.#attempt = new AbortController();
    const { signal } = this.#attempt;
    const pc = new RTCPeerConnection({ bundlePolicy: "max-bundle", rtcpMuxPolicy: "require" });
    this.#pc = pc;
    this.prepare(pc);
    const trickle = this.#gather(pc, signal);
    await pc.setLocalDescription(await pc.createOffer());
    const resource = await SessionResource.open(this.#endpoint, pc.localDescription.sdp, this.#what);
    if (signal.aborted) {
      resource.end(); // left while the server was answering
      throw new Problem("", { retry: true });
    }
    this.#resource = resource;
    if (resource.isCounterOffer) {
      await this.#takeCounterOffer(pc, resource);
    } else {
      await pc.setRemoteDescription({ type: "answer", sdp: resource.description });
    }
    if (resource.iceServers.length > 0) {
      pc.setConfiguration({ ...pc.getConfiguration(), iceServers: resource.iceServers });
    }
    trickle();
    await this.#connected(pc, signal);
  }

  /** WHEP: the server would rather make the offer. */
  async #takeCounterOffer(pc, resource) {
    await pc.setLocalDescription({ type: "rollback" });
    pc.getTransceivers().forEach((transceiver) => transceiver.stop());
    await pc.setRemoteDescription({ type: "offer", sdp: resource.description });
    await pc.setLocalDescription(await pc.createAnswer());
    await resource.answer(pc.localDescription.sdp);
  }

  /** Sends what is gathered, a few candidates at a time, once the session is open. @returns to be called then */
  #gather(pc, signal) {
    let found = [];
    let timer = 0;
    let isOpen = false;
    const flush = () => {
      timer = this.#restarting ? setTimeout(flush, GATHER_TOGETHER_MS) : 0;
      if (timer !== 0) {
        return; // these belong to what is being agreed on
      }
      const candidates = found.filter((candidate) => candidate && (candidate.sdpMLineIndex ?? 0) === 0);
      const complete = found.includes(null);
      found = [];
      const offer = pc.localDescription;
      if (!signal.aborted && offer) {
        this.#resource?.trickle(iceFragment(offer.sdp, candidates, complete)).catch(() => {});
      }
    };
    pc.addEventListener("icecandidate", ({ candidate }) => {
      found.push(candidate?.candidate ? candidate : null);
      if (isOpen && timer === 0) {
        timer = setTimeout(flush, GATHER_TOGETHER_MS);
      }
    });
    return () => {
      isOpen = true;
      if (found.length > 0) {
        flush();
      }
    };
  }

  /** Resolves when media can flow. While it takes long, the server is asked what it misses. */
  async #connected(pc, signal) {
    const deadline = performance.now() + CONNECT_MS;
    const state = () => pc.connectionState;
    while (state() !== "connected") {
      const left = deadline - performance.now();
      if (signal.aborted) {
        throw new Problem("", { retry: true });
      }
      if (state() === "failed" || state() === "closed" || left <= 0) {
        throw new Problem(`No connection. ${await this.#trouble()}`.trim(), { retry: true });
      }
      const changed = await Promise.race([next(pc, "connectionstatechange", signal), delay(Math.min(left, ASK_SERVER_MS), signal)]);
      if (changed === undefined && state() === "connecting") {
        this.onState("connecting", `Connecting … ${await this.#trouble()}`.trim());
      }
    }
  }

  /** What the server saw and what it misses. */
  async #trouble() {
    try {
      const report = await session(this.id);
      return report?.trouble ? `The server says: ${report.trouble}` : "";
    } catch {
      return "";
    }
  }

  /** Resolves when the session is over, with the reason. */
  async #lost() {
    const pc = this.#pc;
    const { signal } = this.#attempt;
    const transports = new Set([...pc.getSenders(), ...pc.getReceivers()].map((end) => end.transport).filter(Boolean));
    const isOver = () => pc.connectionState === "closed" || [...transports].some((transport) => transport.state === "closed");
    while (!signal.aborted && !isOver()) {
      if (pc.connectionState === "disconnected") {
        await Promise.race([next(pc, "connectionstatechange", signal), delay(GRACE_MS, signal)]);
      }
      if (isOver() || signal.aborted) {
        break;
      }
      if (["disconnected", "failed"].includes(pc.connectionState)) {
        this.onState("connecting", "The connection was lost. Renewing it …");
        if (!(await this.#renew())) {
          return new Problem("The connection was lost. Connecting again …", { retry: true });
        }
        this.onState("live", "");
      } else {
        await Promise.race([next(pc, "connectionstatechange", signal), ...[...transports].map((t) => next(t, "statechange", signal))]);
      }
    }
    if (!signal.aborted) {
      this.#resource.isOver = true;
    }
    return this.returns || (await this.#isUnreachable())
      ? new Problem("The server ended the connection. Connecting again …", { retry: true })
      : new Problem("The server ended this stream.");
  }

  async #isUnreachable() {
    try {
      return (await session(this.id)) !== null;
    } catch (problem) {
      return problem.retry;
    }
  }

  #networkChanged() {
    if (this.#pc?.connectionState === "connected") {
      this.#renew();
    }
  }

  /** Renews the connection, or joins in when that is already under way. @returns whether media flows again */
  #renew() {
    this.#restart ??= this.#restartIce().finally(() => (this.#restart = null));
    return this.#restart;
  }

  /** An ICE restart (RFC 9725 §4.4.2). */
  async #restartIce() {
    const pc = this.#pc;
    const resource = this.#resource;
    const { signal } = this.#attempt;
    this.#restarting = true;
    try {
      pc.restartIce();
      await pc.setLocalDescription(await pc.createOffer({ iceRestart: true }));
      const fragment = await resource.restart(iceFragment(pc.localDescription.sdp, [], false));
      await pc.setRemoteDescription({ type: "answer", sdp: restarted(pc.remoteDescription.sdp, fragment) });
      this.#restarting = false;
      const deadline = performance.now() + RESTART_MS;
      const isBack = () => ["connected", "completed"].includes(pc.iceConnectionState);
      while (!isBack() && performance.now() < deadline && !signal.aborted) {
        await Promise.race([next(pc, "iceconnectionstatechange", signal), delay(500, signal)]);
      }
      return isBack();
    } catch {
      await pc.setLocalDescription({ type: "rollback" }).catch(() => {}); // the old connection, if it lives, stays
      return false;
    } finally {
      this.#restarting = false;
    }
  }
}

function next(target, type, signal) {
  return new Promise((resolve) => {
    target.addEventListener(type, resolve, { once: true });
    signal.addEventListener("abort", resolve, { once: true });
  });
}
