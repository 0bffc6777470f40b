// Tells of new customers and messages while one looks elsewhere: a short tone, and a count in the title.

const TITLE = document.title;
const KEPT = "baowen.desk.sound";
let context = null;

/** Let `box` switch the tone on and off, remembered in this browser. */
export function bindSound(box) {
  box.checked = localStorage.getItem(KEPT) !== "off";
  box.addEventListener("change", () => localStorage.setItem(KEPT, box.checked ? "on" : "off"));
  const unlock = () => (context ??= new AudioContext());
  addEventListener("pointerdown", unlock, { once: true });
  addEventListener("keydown", unlock, { once: true });
}

export function ring() {
  if (!context || localStorage.getItem(KEPT) === "off") return;
  const tone = new OscillatorNode(context, { frequency: 880 });
  const volume = new GainNode(context, { gain: 0.08 });
  volume.gain.exponentialRampToValueAtTime(0.0001, context.currentTime + 0.3);
  tone.connect(volume).connect(context.destination);
  tone.start();
  tone.stop(context.currentTime + 0.3);
}

/** Show how many messages wait for an answer. */
export function showCount(count) {
  const wanted = count ? `（${count}）${TITLE}` : TITLE;
  if (document.title !== wanted) document.title = wanted;
}
