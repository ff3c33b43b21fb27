// The few things that WHIP and WHEP clients do with session descriptions.

/** The lines of a description that begin with one of the prefixes. */
function lines(sdp, ...prefixes) {
  return sdp.split(/\r?\n/).filter((line) => prefixes.some((prefix) => line.startsWith(prefix)));
}

/**
 * What a PATCH says (RFC 8840): credentials and candidates of the offerer-tagged m-line, which is the only one under BUNDLE.
 *
 * @param {string} offer the local description
 * @param {RTCIceCandidate[]} candidates those of the first m-line
 * @param {boolean} complete whether these were the last
 */
export function iceFragment(offer, candidates, complete) {
  const [session, media] = offer.split(/^(?=m=)/m);
  const group = lines(session, "a=group:BUNDLE");
  const options = [...lines(session, "a=ice-options"), ...lines(media, "a=ice-options")].slice(0, 1);
  return [
    ...options,
    ...group,
    ...lines(media, "m="),
    ...lines(media, "a=mid:", "a=ice-ufrag:", "a=ice-pwd:"),
    ...candidates.map((candidate) => `a=${candidate.candidate}`),
    ...(complete ? ["a=end-of-candidates"] : []),
    "",
  ].join("\r\n");
}

/** The server's answer with the ICE credentials and candidates that it sent after a restart (RFC 9725 §4.4.2). */
export function restarted(answer, fragment) {
  const credentials = lines(fragment, "a=ice-ufrag:", "a=ice-pwd:");
  const candidates = lines(fragment, "a=candidate:", "a=end-of-candidates");
  const [session, ...media] = answer.split(/^(?=m=)/m);
  return [session, ...media]
    .map((part, index) => {
      const had = /^a=ice-ufrag:/m.test(part);
      const kept = part.split(/\r?\n/).filter((line) => line && !/^a=(ice-ufrag|ice-pwd|candidate|end-of-candidates)/.test(line));
      const added = [...(had ? credentials : []), ...(index === 1 ? candidates : [])];
      return [...kept, ...added, ""].join("\r\n");
    })
    .join("");
}
