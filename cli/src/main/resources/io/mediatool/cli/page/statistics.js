// Numbers about one connection, from getStats() of the browser: the rates are between two calls.

import { LAYER_NAMES } from "./whip.js";

export class Statistics {
  #before = new Map();

  /** @returns {Promise<{label: string, value: string}[]>} rows for people, best known first */
  async rows(pc) {
    const all = [...(await pc.getStats()).values()];
    const media = all.filter(({ type }) => type === "inbound-rtp" || type === "outbound-rtp");
    const rows = media.filter(({ kind }) => kind === "video").flatMap((one) => this.#video(one, all, media));
    media.filter(({ kind }) => kind === "audio").forEach((one) => rows.push(row("Audio", `${codec(one, all)} ${rate(this.#bitrate(one))}`)));
    rows.push(...this.#loss(media, all), ...roundTrip(all));
    media.forEach((one) => this.#before.set(one.id, one));
    return rows;
  }

  #video(one, all, media) {
    const layer = one.rid && media.filter(({ kind }) => kind === "video").length > 1 ? ` ${LAYER_NAMES[one.rid] ?? one.rid}` : "";
    const size = one.frameWidth ? `${one.frameWidth} × ${one.frameHeight}` : "no picture";
    const fps = one.framesPerSecond === undefined ? "" : ` · ${Math.round(one.framesPerSecond)} fps`;
    const rows = [row(`Video${layer}`, `${size}${fps}`), row(`Codec${layer}`, `${codec(one, all)} ${rate(this.#bitrate(one))}`)];
    if (one.type === "inbound-rtp") {
      const seconds = (one.totalFreezesDuration ?? 0).toFixed(1);
      rows.push(row("Freezes", one.freezeCount ? `${one.freezeCount} (${seconds} s)` : "none"));
    } else if (one.qualityLimitationReason && one.qualityLimitationReason !== "none") {
      rows.push(row(`Limited by${layer}`, one.qualityLimitationReason));
    }
    return rows;
  }

  #bitrate(one) {
    const before = this.#before.get(one.id);
    const bytes = (report) => report.bytesReceived ?? report.bytesSent ?? 0;
    return before && one.timestamp > before.timestamp ? ((bytes(one) - bytes(before)) * 8000) / (one.timestamp - before.timestamp) : NaN;
  }

  /** A viewer knows what it missed; a publisher what the server says it missed. */
  #loss(media, all) {
    let lost = 0;
    let all_ = 0;
    for (const one of media.filter(({ type }) => type === "inbound-rtp")) {
      const before = this.#before.get(one.id) ?? { packetsLost: 0, packetsReceived: 0 };
      const missed = Math.max(0, one.packetsLost - before.packetsLost);
      lost += missed;
      all_ += missed + one.packetsReceived - before.packetsReceived;
    }
    const fractions = all.filter(({ type }) => type === "remote-inbound-rtp").map(({ fractionLost }) => fractionLost ?? 0);
    if (fractions.length > 0) {
      return [row("Loss", percent(Math.max(...fractions)))];
    }
    return all_ > 0 ? [row("Loss", percent(lost / all_))] : [];
  }
}

const row = (label, value) => ({ label, value });
const percent = (fraction) => `${(fraction * 100).toFixed(1)} %`;

function rate(bps) {
  return Number.isNaN(bps) ? "" : bps >= 1_000_000 ? `${(bps / 1_000_000).toFixed(2)} Mbit/s` : `${Math.round(bps / 1000)} kbit/s`;
}

function codec(one, all) {
  return all.find(({ id }) => id === one.codecId)?.mimeType.split("/")[1] ?? "–";
}

function roundTrip(all) {
  const pair = all.find(({ type, nominated, state }) => type === "candidate-pair" && nominated && state === "succeeded");
  const seconds = pair?.currentRoundTripTime;
  return seconds === undefined ? [] : [row("Round trip", `${(seconds * 1000).toFixed(seconds < 0.01 ? 1 : 0)} ms`)];
}
