// One WHIP or WHEP session over HTTP (RFC 9725, draft-ietf-wish-whep-03): POST opens it, PATCH changes it, DELETE ends it.
import { authorization } from "./api.js";
import { Problem, refusal, unreachable } from "./problem.js";

const SDP = "application/sdp";
const FRAGMENT = "application/trickle-ice-sdpfrag";
const LAYERS = /urn:ietf:params:whe?p:ext:core:layer$/;

async function send(url, method, type, body, headers = {}, options = {}) {
  const contentType = type ? { "Content-Type": type } : {};
  try {
    return await fetch(url, { method, body, headers: { ...authorization(), ...contentType, ...headers }, ...options });
  } catch {
    throw unreachable();
  }
}

export class SessionResource {
  #url;
  #etag;
  #canTrickle = true;
  /** Set when the server has ended it. */
  isOver = false;

  /**
   * @param {string} endpoint
   * @param {string} offer
   * @param {string} what for messages: what fails when it does
   */
  static async open(endpoint, offer, what) {
    // This page offers every codec that the browser has: what it cannot play is better said than offered back.
    const accept = { Accept: `${SDP};q=0.9, application/problem+json, */*;q=0.1` };
    const response = await send(endpoint, "POST", SDP, offer, accept);
    const isSdp = (response.headers.get("Content-Type") ?? "").startsWith(SDP);
    const isCounterOffer = response.status === 406 && isSdp && response.headers.has("Location");
    if (!response.ok && !isCounterOffer) {
      throw await refusal(response, what);
    }
    if (!response.headers.has("Location")) {
      throw new Problem(`${what}: the server opened a session but did not say where (no Location).`);
    }
    return new SessionResource(response, await response.text(), isCounterOffer);
  }

  constructor(response, description, isCounterOffer) {
    this.#url = new URL(response.headers.get("Location"), response.url).href;
    this.#etag = response.headers.get("ETag");
    /** The server's answer; or, in WHEP, its offer, to be answered with {@link answer}. */
    this.description = description;
    this.isCounterOffer = isCounterOffer;
    const links = parseLinks(response.headers.get("Link") ?? "");
    this.iceServers = links.filter((link) => link.rel === "ice-server").map(toIceServer);
    const layers = links.find((link) => LAYERS.test(link.rel));
    this.layerUrl = layers ? new URL(layers.url, response.url).href : null;
  }

  /** The server's name for this session: the last part of its address. */
  get id() {
    return new URL(this.#url).pathname.split("/").pop();
  }

  /** Answers a counter-offer. */
  async answer(sdp) {
    const response = await send(this.#url, "PATCH", SDP, sdp);
    if (!response.ok) {
      throw await refusal(response, "The server did not take the answer");
    }
  }

  /** Tells new candidates. A server that does not want any loses nothing: it learns them from the checks. */
  async trickle(fragment) {
    if (!this.#canTrickle || !this.#etag) {
      return;
    }
    const response = await send(this.#url, "PATCH", FRAGMENT, fragment, { "If-Match": this.#etag });
    if ([405, 422, 501].includes(response.status)) {
      this.#canTrickle = false;
    }
  }

  /** Restarts ICE. @returns the server's fragment */
  async restart(fragment) {
    const response = await send(this.#url, "PATCH", FRAGMENT, fragment, { "If-Match": "*" });
    if (!response.ok || response.status === 204) {
      throw await refusal(response, "The connection cannot be renewed");
    }
    this.#etag = response.headers.get("ETag") ?? this.#etag;
    return response.text();
  }

  /** Asks for a simulcast layer by its rid; none for what the server finds best. */
  async selectLayer(mediaId, encodingId) {
    const choice = encodingId ? { mediaId, encodingId } : { mediaId };
    const response = await send(this.layerUrl, "POST", "application/json", JSON.stringify(choice));
    if (!response.ok) {
      throw await refusal(response, "The quality cannot be chosen");
    }
  }

  /** Ends it; goes out even while the page is being left. */
  async end() {
    if (this.isOver) {
      return;
    }
    this.isOver = true;
    await send(this.#url, "DELETE", null, undefined, {}, { keepalive: true }).catch(() => {});
  }
}

/** RFC 8288, as far as a server of ours or of others uses it. */
function parseLinks(header) {
  const links = [];
  for (const [, url, rest] of header.matchAll(/<([^>]*)>((?:\s*;\s*[\w-]+\*?=(?:"(?:[^"\\]|\\.)*"|[^\s;,"]*))*)/g)) {
    const link = { url };
    for (const [, name, quoted, plain] of rest.matchAll(/([\w-]+)\*?=(?:"((?:[^"\\]|\\.)*)"|([^\s;,"]*))/g)) {
      link[name] = (quoted ?? plain).replace(/\\(.)/g, "$1");
    }
    links.push(link);
  }
  return links;
}

function toIceServer({ url, username, credential }) {
  return username ? { urls: url, username, credential } : { urls: url };
}
