// Numbers as people read them.

/** {@code 0:07}, {@code 1:02:03}; a dash for what is not known. */
export function time(seconds) {
  if (!Number.isFinite(seconds)) {
    return "–";
  }
  const whole = Math.floor(seconds);
  const two = (number) => String(number).padStart(2, "0");
  const hours = Math.floor(whole / 3600);
  const minutes = Math.floor(whole / 60) % 60;
  return hours > 0 ? `${hours}:${two(minutes)}:${two(whole % 60)}` : `${minutes}:${two(whole % 60)}`;
}

/** {@code 1.4 MB}, in thousands as disks are sold. */
export function size(bytes) {
  const units = ["bytes", "kB", "MB", "GB", "TB"];
  let value = bytes;
  let unit = 0;
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${unit === 0 || value >= 99.5 ? Math.round(value) : value.toPrecision(2)} ${units[unit]}`;
}

const RANKS = { 2: ["Low", "High"], 3: ["Low", "Medium", "High"] };
const SHARES = ["", ", half the pictures", ", a quarter of the pictures"];

/**
 * What people call the layers of a picture: by their size, of scalable layers also by how many pictures they leave out, and by their rank where no
 * size is known.
 *
 * @param {string[]} names rids, or S1T2
 * @param {{name: string, bitrateBps: number, width?: number, height?: number}[]} offered of the server's report
 */
export function layerTexts(names, offered) {
  const layers = names.map((name) => ({ name, ...offered.find((one) => one.name === name) }));
  const [, top = 0] = /T(\d)$/.exec([...names].filter((name) => /^S\d+T\d$/.test(name)).sort().at(-1)) ?? [];
  const sized = layers.map(({ name, width, height }) => {
    const [, temporal = top] = /^S\d+T(\d)$/.exec(name) ?? [];
    return width ? `${width} × ${height}${SHARES[top - temporal] ?? ", few pictures"}` : "";
  });
  if (sized.every((text) => text !== "") && new Set(sized).size === sized.length) {
    return sized;
  }
  const rates = layers.map(({ bitrateBps = 0 }) => bitrateBps);
  const ranked = rates.map((rate, index) => [rate, index]).sort((a, b) => a[0] - b[0] || a[1] - b[1]);
  const words = RANKS[names.length] ?? names.map((name, index) => `Quality ${index + 1} of ${names.length}`);
  return names.map((name, index) => words[ranked.findIndex((one) => one[1] === index)]);
}

/** Day and time in the person's own way. */
export function moment(text) {
  const date = new Date(text);
  const today = new Date().toDateString() === date.toDateString();
  return date.toLocaleString(undefined, today ? { timeStyle: "medium" } : { dateStyle: "medium", timeStyle: "short" });
}
