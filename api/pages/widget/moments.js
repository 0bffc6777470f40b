// Days, times and sizes in words.

const DAY = new Intl.DateTimeFormat("zh-CN", { year: "numeric", month: "long", day: "numeric" });
const SHORT_DAY = new Intl.DateTimeFormat("zh-CN", { month: "long", day: "numeric" });
const TIME = new Intl.DateTimeFormat("zh-CN", { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });

/** Return the day of a moment (RFC 3339), as 2026年11月26日. */
export const dayText = (moment) => DAY.format(new Date(moment));

/** Return a moment, without the day where it is today. */
export function momentText(moment) {
  const date = new Date(moment);
  const today = date.toDateString() === new Date().toDateString();
  return today ? TIME.format(date) : `${SHORT_DAY.format(date)} ${TIME.format(date)}`;
}

/** Return a size in bytes as people read it. */
export function sizeText(bytes) {
  return bytes < 2 ** 20 ? `${Math.max(1, Math.round(bytes / 1024))} KB` : `${(bytes / 2 ** 20).toFixed(1).replace(".0", "")} MB`;
}
