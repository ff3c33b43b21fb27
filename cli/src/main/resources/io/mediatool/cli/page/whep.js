// Watches by WHEP (draft-ietf-wish-whep-03).
import { whepUrl } from "./api.js";
import { PeerSession } from "./peer.js";

/** Chromium can tell apart the spatial layers of AV1 by this extension alone, and does not offer it unless asked to. */
function offerDependencies(transceiver) {
  const extensions = transceiver.getHeaderExtensionsToNegotiate?.();
  const wanted = extensions?.find(({ uri }) => uri.endsWith("#dependency-descriptor-rtp-header-extension"));
  if (wanted) {
    wanted.direction = "recvonly";
    transceiver.setHeaderExtensionsToNegotiate(extensions);
  }
}

export class WhepViewer extends PeerSession {
  #onTrack;

  /**
   * @param {string} stream the name of one stream of the room
   * @param {(event: RTCTrackEvent) => void} onTrack
   */
  constructor(room, stream, onTrack, onState) {
    super(whepUrl(room, stream), "This cannot be watched", onState);
    this.#onTrack = onTrack;
  }

  prepare(pc) {
    // Every codec that this browser can decode is offered, as it is by default.
    offerDependencies(pc.addTransceiver("video", { direction: "recvonly" }));
    pc.addTransceiver("audio", { direction: "recvonly" });
    pc.addEventListener("track", this.#onTrack);
  }

  /** Asks for a simulcast layer; an empty rid leaves it to the server. */
  async selectLayer(rid) {
    const video = this.connection?.getTransceivers().find(({ receiver }) => receiver.track.kind === "video");
    await this.resource?.selectLayer(video.mid, rid);
  }
}
