// Where what is published comes from: camera, microphone, screen, or the test card.
import { deviceProblem, surroundings, Problem } from "./problem.js";
import { TestCard } from "./testcard.js";

/**
 * @typedef {object} Source
 * @property {MediaStream} stream
 * @property {() => void} stop
 */

/**
 * Opens a source. Asks the person for permission where the browser wants that.
 *
 * @param {"camera"|"microphone"|"screen"|"test"} kind
 * @param {{withMicrophone: boolean, size: [number, number], fps: number, facing?: string}} wishes
 * @returns {Promise<Source>}
 */
export async function openSource(kind, wishes) {
  if (kind === "test") {
    const [width, height] = wishes.size;
    const card = new TestCard({ width, height, fps: wishes.fps });
    const stream = await card.start();
    return source(stream, () => card.stop());
  }
  const obstacle = surroundings();
  if (obstacle || !navigator.mediaDevices) {
    throw new Problem(obstacle || "This browser gives web pages no camera, microphone or screen.");
  }
  return kind === "screen" ? screen(wishes) : devices(kind, wishes);
}

async function devices(kind, { withMicrophone, size: [width, height], fps, facing }) {
  const video = kind === "camera" && {
    width: { ideal: width },
    height: { ideal: height },
    frameRate: { ideal: fps },
    facingMode: facing ?? "user",
  };
  const audio = kind === "microphone" || withMicrophone;
  try {
    return source(await navigator.mediaDevices.getUserMedia({ video, audio }));
  } catch (error) {
    throw error.name === "NotFoundError" ? await missing(video, audio) : deviceProblem(error, named(video, audio));
  }
}

const named = (video, audio) => (video && audio ? "camera and the microphone" : video ? "camera" : "microphone");

/** Which of the devices is not there. */
async function missing(video, audio) {
  const kinds = new Set((await navigator.mediaDevices.enumerateDevices()).map(({ kind }) => kind));
  if (video && audio && kinds.has("videoinput")) {
    return new Problem("No microphone was found. Connect one, or untick “with microphone” in the options.");
  }
  return new Problem(`No ${video ? "camera" : "microphone"} was found. Connect one, or publish the test card.`);
}

async function screen({ withMicrophone, fps }) {
  if (!navigator.mediaDevices.getDisplayMedia) {
    throw new Problem("This browser cannot share the screen. On phones none can.");
  }
  let stream;
  try {
    stream = await navigator.mediaDevices.getDisplayMedia({ video: { frameRate: { ideal: fps } }, audio: !withMicrophone });
    stream.getVideoTracks().forEach((track) => (track.contentHint = "detail"));
  } catch (error) {
    throw deviceProblem(error, "screen");
  }
  if (withMicrophone) {
    try {
      const voice = await navigator.mediaDevices.getUserMedia({ audio: true });
      voice.getAudioTracks().forEach((track) => stream.addTrack(track));
    } catch (error) {
      stream.getTracks().forEach((track) => track.stop());
      throw deviceProblem(error, "microphone");
    }
  }
  return source(stream);
}

/** The other camera of a phone. @returns {Promise<MediaStreamTrack>} */
export async function otherCamera(track) {
  const facing = track.getSettings().facingMode === "environment" ? "user" : "environment";
  const { width, height, frameRate } = track.getConstraints();
  track.stop(); // many phones open only one at a time
  try {
    const stream = await navigator.mediaDevices.getUserMedia({ video: { width, height, frameRate, facingMode: facing } });
    return stream.getVideoTracks()[0];
  } catch (error) {
    throw deviceProblem(error, "camera");
  }
}

function source(stream, stop = () => {}) {
  return {
    stream,
    stop() {
      stream.getTracks().forEach((track) => track.stop());
      stop();
    },
  };
}
