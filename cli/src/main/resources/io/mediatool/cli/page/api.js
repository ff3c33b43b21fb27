// The server's addresses, and its REST routes. The key, where one is needed, goes along with every request.
import { refusal, unreachable } from "./problem.js";

const KEY = "mediatool.key";
const base = new URL(".", import.meta.url);

/** The bearer token: it comes in the fragment (which no server sees and no log keeps) or from the key dialog. */
export const key = {
  get value() {
    return sessionStorage.getItem(KEY) ?? "";
  },
  set value(token) {
    if (token) {
      sessionStorage.setItem(KEY, token);
    } else {
      sessionStorage.removeItem(KEY);
    }
  },
  /** Takes it out of the address, so that it is not shared by accident. */
  takeFromAddress() {
    const fragment = new URLSearchParams(location.hash.slice(1));
    if (fragment.has("token")) {
      this.value = fragment.get("token");
      history.replaceState(history.state, "", location.pathname + location.search);
    }
  },
};

export function authorization() {
  // RFC 9725 §4.5: without a token the header must not be sent.
  return key.value ? { Authorization: `Bearer ${key.value}` } : {};
}

export const path = (...parts) => parts.map(encodeURIComponent).join("/");
export const whipUrl = (...parts) => new URL(`whip/${path(...parts)}`, base).href;
export const whepUrl = (...parts) => new URL(`whep/${path(...parts)}`, base).href;

/** An address that an answer of the server names, which begins at the server's root. */
export const serverUrl = (address) => new URL(address.replace(/^\//, ""), base).href;

export function roomUrl(room) {
  const url = new URL("./", base);
  url.searchParams.set("room", room);
  return url.href;
}

/**
 * Asks a REST route; throws a Problem that begins with {@code what} when it does not do it.
 *
 * @param {RequestInit} [options]
 * @returns {Promise<Response>}
 */
export async function ask(route, what, options = {}) {
  let response;
  try {
    response = await fetch(new URL(`api/v1/${route}`, base), { ...options, headers: { ...authorization(), ...options.headers } });
  } catch (error) {
    throw options.signal?.aborted ? error : unreachable();
  }
  if (!response.ok) {
    throw await refusal(response, what);
  }
  return response;
}

/** The rooms, each with its streams; oldest first. */
export async function rooms() {
  const body = await (await ask("rooms", "The rooms cannot be listed")).json();
  return (Array.isArray(body) ? body : body.rooms) ?? [];
}

/** A session's report, or null when the server does not know it (any more). */
export async function session(id) {
  try {
    return await (await ask(`sessions/${encodeURIComponent(id)}`, "The session cannot be read")).json();
  } catch (problem) {
    if (problem.status === 404) {
      return null;
    }
    throw problem;
  }
}

/**
 * Follows the server-sent events. Read by hand, since EventSource can send no Authorization header.
 *
 * @param {() => void} onOpen
 * @param {(type: string, data: object) => void} onEvent
 * @returns when the server ends the stream; throws a Problem when it cannot be had
 */
export async function follow(onOpen, onEvent, signal) {
  const response = await ask("events", "The events cannot be followed", { signal, headers: { Accept: "text/event-stream" } });
  onOpen();
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    const { value, done } = await reader.read();
    if (done) {
      return;
    }
    const blocks = (rest + value).replaceAll("\r\n", "\n").split("\n\n");
    rest = blocks.pop();
    blocks.forEach((block) => dispatch(block, onEvent));
  }
}

function dispatch(block, onEvent) {
  const field = (name) =>
    block
      .split("\n")
      .filter((line) => line.startsWith(`${name}:`))
      .map((line) => line.slice(name.length + 1).trimStart())
      .join("\n");
  const data = field("data");
  if (data) {
    let parsed = {};
    try {
      parsed = JSON.parse(data);
    } catch {
      // An event is a hint to look again; what it says is not needed.
    }
    onEvent(field("event") || "message", parsed);
  }
}
