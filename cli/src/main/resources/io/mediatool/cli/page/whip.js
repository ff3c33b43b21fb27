// Publishes by WHIP (RFC 9725).
import { whipUrl } from "./api.js";
import { PeerSession } from "./peer.js";

const REPAIR = /^video\/(rtx|red|ulpfec|flexfec-03)$/i;
// Lowest first: what RFC 8853 does not order, some servers do.
const LAYERS = [
  { rid: "l", scaleResolutionDownBy: 4 },
  { rid: "m", scaleResolutionDownBy: 2 },
  { rid: "h", scaleResolutionDownBy: 1 },
];

/** What people call them. */
export const LAYER_NAMES = { l: "low", m: "medium", h: "high" };

/** As many layers as Chromium sends for so many pixels: it would leave out the last ones, which are the best. */
function layers(pixels) {
  return LAYERS.slice(pixels >= 960 * 540 ? 0 : pixels >= 480 * 270 ? 1 : 2);
}

/** The video codecs that this browser can send, best known names first: {@code VP8}, {@code H264} … */
export function sendableCodecs() {
  const all = window.RTCRtpSender?.getCapabilities?.("video")?.codecs ?? [];
  return [...new Set(all.map(({ mimeType }) => mimeType).filter((type) => !REPAIR.test(type)))].map((type) => type.slice("video/".length));
}

const isConstrainedBaseline = ({ sdpFmtpLine = "" }) => /packetization-mode=1.*profile-level-id=42e0/i.test(sdpFmtpLine);

/** What a picture of this size needs at 30 frames a second, in bit/s. */
function bitrate(width, height) {
  return Math.max(150_000, Math.round(width * height * 3.2));
}

export class WhipPublisher extends PeerSession {
  #stream;
  #codec;
  #simulcast;

  /**
   * @param {MediaStream} stream at most one audio and one video track
   * @param {{codec: string, simulcast: boolean}} options an empty codec leaves the choice to the browser
   */
  constructor(room, name, stream, { codec, simulcast }, onState) {
    super(whipUrl(room, name), "This cannot be published", onState);
    this.#stream = stream;
    this.#codec = codec;
    this.#simulcast = simulcast;
  }

  get returns() {
    return false;
  }

  /** Sends another track in place of the one of its kind: the viewers see no seam. */
  async replace(track) {
    const sender = this.connection?.getSenders().find((one) => one.track?.kind === track.kind);
    await sender?.replaceTrack(track);
  }

  prepare(pc) {
    for (const track of this.#stream.getTracks()) {
      const transceiver = pc.addTransceiver(track, {
        direction: "sendonly",
        streams: [this.#stream],
        sendEncodings: track.kind === "video" ? this.#encodings(track) : [{}],
      });
      if (track.kind === "video") {
        this.#prefer(transceiver);
      }
    }
  }

  #encodings(track) {
    const { width = 1280, height = 720 } = track.getSettings();
    if (!this.#simulcast) {
      return [{ maxBitrate: bitrate(width, height) }];
    }
    return layers(width * height).map((layer) => {
      const scale = layer.scaleResolutionDownBy;
      const encoding = { ...layer, maxBitrate: bitrate(width / scale, height / scale) };
      // VP9 and AV1 would otherwise turn the layers into one SVC stream.
      return /VP9|AV1/i.test(this.#codec) ? { ...encoding, scalabilityMode: "L1T1" } : encoding;
    });
  }

  #prefer(transceiver) {
    const { codecs } = RTCRtpSender.getCapabilities("video");
    const wanted = codecs.filter(({ mimeType }) => mimeType.toLowerCase() === `video/${this.#codec}`.toLowerCase());
    // Of H.264 the constrained baseline profile first: there are viewers who take no other.
    wanted.sort((a, b) => isConstrainedBaseline(b) - isConstrainedBaseline(a));
    if (wanted.length > 0 && transceiver.setCodecPreferences) {
      transceiver.setCodecPreferences([...wanted, ...codecs.filter(({ mimeType }) => REPAIR.test(mimeType))]);
    }
  }
}
