// Says in plain words what went wrong and what can be done about it.

/** Something that the person at the page should read. */
export class Problem extends Error {
  /**
   * @param {string} message one or two sentences
   * @param {{retry?: boolean, retryAfterMs?: number, status?: number}} [more] whether trying again may help
   */
  constructor(message, { retry = false, retryAfterMs = 0, status = 0 } = {}) {
    super(message);
    this.retry = retry;
    this.retryAfterMs = retryAfterMs;
    this.status = status;
  }
}

/** Reads a refusal: problem+json (RFC 9457) where the server sent it, and Retry-After (RFC 9110 §10.2.3). */
export async function refusal(response, what) {
  const { status } = response;
  const said = await sentence(response);
  const after = response.headers.get("Retry-After");
  const retryAfterMs = after === null ? 0 : /^\d+$/.test(after) ? after * 1000 : Math.max(0, Date.parse(after) - Date.now()) || 0;
  const retry = status === 409 || status === 429 || status >= 500;
  // RFC 6750 §3.1: who sent no token is told no error.
  const isWrongKey = /error="?invalid_token/.test(response.headers.get("WWW-Authenticate") ?? "");
  const message = isWrongKey ? `The server does not take this key: ${said}. Enter another one with the key button at the top.` : words(status, said, what);
  return new Problem(message, { retry, retryAfterMs, status });
}

function words(status, said, what) {
  switch (status) {
    case 401:
      return "This server asks for a key. Enter it with the key button at the top.";
    case 403:
      return `The key does not allow this: ${said}`;
    case 429:
      return "Too many requests. Trying again in a moment.";
    default:
      return `${what}: ${said}`;
  }
}

async function sentence(response) {
  const fallback = `the server answered ${response.status} ${response.statusText}`.trim();
  try {
    const text = await response.text();
    if (!/json/.test(response.headers.get("Content-Type") ?? "")) {
      return fallback;
    }
    const { title, detail } = JSON.parse(text);
    return detail || title || fallback;
  } catch {
    return fallback;
  }
}

/** Why {@code fetch} threw: the browser does not say, so name what it can be. */
export function unreachable() {
  const offline = navigator.onLine === false;
  return new Problem(
    offline ? "This device is offline." : `The server at ${location.host} does not answer. Is mediatool running, and does the network reach it?`,
    { retry: true },
  );
}

/** Why a camera, a microphone or a screen cannot be had. */
export function deviceProblem(error, device) {
  switch (error.name) {
    case "NotAllowedError":
      return device === "screen"
        ? new Problem("No screen was chosen, so nothing is shared.")
        : new Problem(`The browser may not use the ${device}. Allow it beside the address bar, then try again.`);
    case "NotFoundError":
      return new Problem(`No ${device} was found.`);
    case "NotReadableError":
    case "AbortError":
      return new Problem(`The ${device} cannot be opened. Another program may be using it.`);
    case "OverconstrainedError":
      return new Problem(`The ${device} cannot do what was asked (${error.constraint}).`);
    default:
      return new Problem(`The ${device} cannot be used: ${error.message || error.name}`);
  }
}

/** Says why this browser, on this page, cannot publish devices; empty when it can. */
export function surroundings() {
  if (!("RTCPeerConnection" in window)) {
    return "This browser cannot do WebRTC, so it can neither publish nor watch here.";
  }
  if (!window.isSecureContext) {
    return (
      "This page came over plain http from another machine, and browsers then give it no camera, microphone or screen. " +
      "Open it over https (start the server with --tls-self-signed) or on the server itself as localhost. " +
      "Watching and the test card work as they are."
    );
  }
  return "";
}
