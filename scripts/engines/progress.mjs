// @ts-check

/**
 * Says what goes on: one line that changes on a terminal, a plain log elsewhere.
 *
 * @param {NodeJS.WriteStream} stream
 */
export function progressOn(stream) {
  let started = Date.now();
  let shown = '';
  const clear = () => {
    if (shown !== '') stream.write(`\r${' '.repeat(shown.length)}\r`);
    shown = '';
  };
  return {
    /** @param {string} id */
    begin(id) {
      started = Date.now();
      if (!stream.isTTY) stream.write(`${id}: building\n`);
    },
    /** @param {string} id @param {number} packages */
    step(id, packages) {
      if (!stream.isTTY) return;
      const line = `${id}: building, ${timeSince(started)}, ${packages} packages`;
      stream.write(`\r${line.padEnd(shown.length)}`);
      shown = line;
    },
    /** @param {string} text */
    say(text) {
      clear();
      stream.write(`${text}\n`);
    },
    elapsed: () => timeSince(started),
  };
}

/** @param {number} start */
function timeSince(start) {
  const seconds = Math.round((Date.now() - start) / 1000);
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}
