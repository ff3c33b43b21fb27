// The page: which of its two views is shown, and what the buttons at the top do.
import { follow, key, rooms, roomUrl, whepUrl, whipUrl } from "./api.js";
import { Problem, surroundings } from "./problem.js";
import { Room } from "./room.js";
import { Studio } from "./studio.js";
import { press } from "./tile.js";
import { Wishes } from "./wishes.js";

const LOOK_AGAIN_MS = 3_000;
const TOGETHER_MS = 60;
const STATISTICS_MS = 1_000;
const ROOM = /^[A-Za-z0-9_.-]{1,64}$/;

const $ = (id) => document.getElementById(id);
const parameters = () => new URLSearchParams(location.search);

key.takeFromAddress();
const wishes = new Wishes($("wishes"), parameters());
let room = null;
let studio = null;
let following = new AbortController();

function say(text) {
  $("said").textContent = text;
}

function notice(text) {
  const isNew = $("notice").textContent !== text;
  $("notice").hidden = !text;
  if (isNew) {
    $("notice").textContent = text;
  }
}

/** Shows the view that the address names. */
function go() {
  room?.close();
  studio?.close();
  room = studio = null;
  const name = parameters().get("room");
  const isRoom = name !== null && ROOM.test(name);
  $("home").hidden = isRoom;
  $("room").hidden = !isRoom;
  $("share").hidden = !isRoom;
  $("numbers").hidden = !isRoom;
  $("where").textContent = isRoom ? name : "";
  $("room-title").textContent = isRoom ? `Room ${name}` : "";
  document.title = isRoom ? `${name} · mediatool` : "mediatool";
  trouble("");
  notice(surroundings());
  if (isRoom) {
    room = new Room(name, { tiles: $("tiles"), nobody: $("nobody"), say });
    studio = new Studio(name, say);
  }
  watchServer();
}

/** Looks at the rooms now and whenever the server says that something has changed; without events, every few seconds. */
function watchServer() {
  following.abort();
  following = new AbortController();
  const { signal } = following;
  let timer = 0;
  const look = async () => {
    clearTimeout(timer);
    timer = setTimeout(look, LOOK_AGAIN_MS);
    try {
      const list = await rooms();
      if (!signal.aborted) {
        notice(surroundings());
        show(list);
      }
    } catch (error) {
      if (!signal.aborted) {
        notice(error.message);
        askForKey(error);
      }
    }
  };
  const lookSoon = () => {
    clearTimeout(timer);
    timer = setTimeout(look, TOGETHER_MS);
  };
  signal.addEventListener("abort", () => clearTimeout(timer));
  const onEvent = (type, data) => {
    if (type === "progress") {
      studio?.progress(data.works ?? []); // each second: no reason to look at everything again
    } else {
      studio?.onEvent(type, data);
      lookSoon();
    }
  };
  look();
  followWhileSeen(lookSoon, onEvent, signal);
}

/** A browser has six connections to a server for all its tabs: one that is not looked at must not hold one of them. */
async function followWhileSeen(onOpen, onEvent, signal) {
  while (!signal.aborted) {
    if (!document.hidden) {
      const seen = new AbortController();
      const stop = () => seen.abort();
      const onVisibility = () => document.hidden && stop();
      signal.addEventListener("abort", stop);
      document.addEventListener("visibilitychange", onVisibility);
      await follow(onOpen, onEvent, seen.signal).catch(() => {});
      signal.removeEventListener("abort", stop);
      document.removeEventListener("visibilitychange", onVisibility);
    }
    await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS));
  }
}

function show(list) {
  if (room) {
    const streams = list.find(({ name }) => name === room.name)?.streams ?? [];
    room.update(streams);
    studio.streams = streams.map(({ name }) => name);
    return;
  }
  $("no-rooms").hidden = list.length > 0;
  // A room keeps its element: a click or the keyboard's focus must not be lost because something changed at that moment.
  const had = new Map([...$("rooms").children].map((item) => [item.dataset.room, item]));
  const items = list.map(({ name, streams, viewers }) => {
    const item = had.get(name) ?? roomItem(name);
    const detail = `${count(streams.length, "stream")} · ${count(viewers, "viewer")}`;
    if (item.querySelector("small").textContent !== detail) {
      item.querySelector("small").textContent = detail;
    }
    return item;
  });
  const isSame = items.length === had.size && items.every((item, index) => item === $("rooms").children[index]);
  if (!isSame) {
    const focused = document.activeElement;
    $("rooms").replaceChildren(...items);
    focused?.focus?.(); // what is moved loses it
  }
}

function roomItem(name) {
  const link = document.createElement("a");
  link.href = roomUrl(name);
  link.dataset.link = "";
  const title = document.createElement("strong");
  title.textContent = name;
  link.append(title, document.createElement("small"));
  const item = document.createElement("li");
  item.dataset.room = name;
  item.append(link);
  return item;
}

const count = (number, noun) => `${number} ${noun}${number === 1 ? "" : "s"}`;

function trouble(text) {
  $("trouble").textContent = text;
  $("trouble").hidden = !text;
}

async function publish(kind) {
  const wished = wishes.read();
  if (!wished) {
    return;
  }
  trouble("");
  try {
    await room.publish(kind, wished);
    say(`Publishing ${kind}`);
  } catch (error) {
    trouble(error instanceof Problem ? error.message : `That did not work: ${error.message}`);
  }
}

let wasAsked = false;
function askForKey({ status }) {
  if (status === 401 && !wasAsked) {
    wasAsked = true;
    $("key-dialog").showModal();
  }
}

function openShare() {
  const link = roomUrl(room.name);
  $("share-link").value = link;
  $("share-whip").value = whipUrl(room.name);
  $("share-whep").value = whepUrl(room.name);
  const isLocal = ["localhost", "127.0.0.1", "[::1]"].includes(location.hostname);
  $("share-hint").textContent = [
    isLocal ? "This address works on this machine only: for others, open the page by the machine's own address." : "",
    key.value ? "The key is not in the link: give it to them as well." : "",
  ].join(" ");
  $("share-copy").textContent = navigator.share ? "Share link" : "Copy link";
  $("share-dialog").showModal();
  $("share-link").select();
}

async function shareLink() {
  const url = $("share-link").value;
  try {
    if (navigator.share) {
      await navigator.share({ title: document.title, url });
    } else {
      await navigator.clipboard.writeText(url);
    }
    $("share-copy").textContent = "Done";
    say("Link copied");
  } catch {
    $("share-link").select(); // no clipboard here: the person copies what is selected
    $("share-hint").textContent = "The browser does not let this page copy. The link is selected: copy it yourself.";
  }
}

document.addEventListener("click", (event) => {
  const link = event.target.closest?.("a[data-link]");
  if (link && event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey) {
    event.preventDefault();
    history.pushState(null, "", link.href);
    go();
    $("main").focus();
  }
});
// What has the focus, or is scrolled to, is not to be under the dock.
const dock = document.querySelector(".dock");
new ResizeObserver(() => (document.documentElement.style.scrollPaddingBottom = `${dock.offsetHeight + 12}px`)).observe(dock);
document.querySelector("[data-source=screen]").hidden = window.isSecureContext && !navigator.mediaDevices?.getDisplayMedia; // phones
document.querySelectorAll("[data-source]").forEach((button) =>
  button.addEventListener("click", async () => {
    // Not disabled meanwhile: that would take the focus away from who works with the keyboard.
    if (button.ariaBusy !== "true") {
      button.ariaBusy = "true";
      await publish(button.dataset.source);
      button.ariaBusy = "false";
    }
  }),
);
$("enter").addEventListener("submit", (event) => {
  event.preventDefault();
  history.pushState(null, "", roomUrl($("room-name").value.trim()));
  go();
  $("main").focus();
});
$("share").addEventListener("click", openShare);
$("share-copy").addEventListener("click", shareLink);
$("numbers").addEventListener("click", () => {
  press($("numbers"), $("numbers").getAttribute("aria-pressed") !== "true");
  refresh();
  clearInterval(refreshing);
  refreshing = setInterval(refresh, STATISTICS_MS);
});
$("key").addEventListener("click", () => {
  $("key-field").value = key.value;
  $("key-dialog").showModal();
});
$("key-dialog").addEventListener("close", () => {
  if ($("key-dialog").returnValue === "use") {
    key.value = $("key-field").value.trim();
    go();
  }
});
window.addEventListener("popstate", go);
window.addEventListener("pageshow", ({ persisted }) => persisted && location.reload());
window.addEventListener("pagehide", () => room?.close());

function refresh() {
  room?.refresh($("numbers").getAttribute("aria-pressed") === "true");
}
let refreshing = setInterval(refresh, STATISTICS_MS);

go();
if (room && parameters().get("source") === "test") {
  publish("test");
}
