// Topics, complaints, and what is certified.

import { element } from "../shared/element.js";
import { cell, nothing, table } from "../shared/loading.js";
import { momentText } from "../shared/words.js";
import { bar } from "./charts.js";
import { countText, numberText } from "./words.js";

const row = (...cells) => element("tr", {}, ...cells);
const head = (text) => element("th", { scope: "row" }, text);
const share = (value) => numberText(value, "share");
const times = (value) => value.toFixed(2);

/** Show the topics that are asked most. */
export function showHot(place, topics) {
  const most = topics[0]?.contacts ?? 1;
  const rows = topics.map((one) =>
    row(
      head(one.name),
      cell("咨询", countText(one.contacts)),
      cell("占比", `${share(one.share)}（${share(one.low)}～${share(one.high)}）`),
      element("td", { class: "bar-cell" }, bar(one.contacts / most)),
    ),
  );
  place.replaceChildren(rows.length ? hotTable(rows) : nothing("所选时间内没有咨询。"));
}

function hotTable(rows) {
  const made = table("热门主题", ["主题", "咨询", "占比（95% 区间）", "多少"], rows);
  return made;
}

/** Show the topics that rise by more than chance. */
export function showRising(place, topics) {
  const rows = topics.map((one) =>
    row(
      head(one.name),
      cell("最近 7 天", countText(one.recent)),
      cell("此前 28 天", countText(one.before)),
      cell("占比为此前的", `${times(one.ratio)} 倍（${times(one.low)}～${times(one.high)}）`),
    ),
  );
  const about = element("p", { class: "quiet" }, "最近 7 天的占比高于此前 28 天，且超出偶然（错报率控制在 5% 以内）。");
  place.replaceChildren(about, rows.length ? table("上升主题", ["主题", "最近 7 天", "此前 28 天", "占比为此前的"], rows) : nothing("没有明显上升的主题。"));
}

/** Show the complaints by class and cause. */
export function showCauses(place, complaints) {
  const rows = complaints.map((one) =>
    row(
      head(one.category_name),
      cell("原因", one.cause_name),
      cell("件数", countText(one.n)),
      cell("占比", `${share(one.value)}（${share(one.low)}～${share(one.high)}）`),
    ),
  );
  const made = rows.length && table("投诉类别与原因", ["类别", "原因", "件数", "占比（95% 区间）"], rows);
  place.replaceChildren(made ? element("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": "投诉明细表" }, made) : nothing("所选时间内没有投诉。"));
}

const STANDS = {
  certified: "证书有效：承诺对本机构的实际咨询成立。",
  written: "只在编写的问题上认证过，对实际咨询还没有认证。抽检后运行 baowen calibrate 即可认证。",
  void: "证书已失效，正在使用更严格的阈值。请重新抽检并运行 baowen calibrate。",
  unchecked: "知识库变更后还没有复核，正在使用更严格的阈值。请运行 baowen calibrate --recheck。",
  none: "还没有证书，阈值依据编写的问题。",
};

/** Show what is promised of answers. */
export function showCertificate(place, one) {
  const facts = [element("p", {}, STANDS[one.stand] ?? one.stand)];
  if (one.id) {
    const promised = `以 ${share(one.confidence)} 的把握：至少 ${share(one.accuracy)} 的自动回答正确，至多 ${share(one.handoff)} 转人工。`;
    facts.push(element("p", {}, promised), element("p", { class: "quiet" }, `证书 ${one.id}，${momentText(one.made_at)} 签发。`));
    if (one.void_reason) facts.push(element("p", { class: "notice alarm" }, `证书于 ${momentText(one.void_at)} 因发现变化而失效。`));
  }
  place.replaceChildren(...facts);
}

const WATCHES = {
  nothing: "还没有咨询可比，尚未监测漂移。",
  collecting: "正在积累两周的咨询作参照，之后开始监测漂移。",
  watching: "咨询与参照期相比，没有待处理的漂移告警。",
};

/** Show whether the watch for drift found something that nobody has looked at. */
export function showDrift(place, { watch, alarms }) {
  const open = alarms.filter((one) => !one.seen_at);
  const said = open.length
    ? element("p", { class: "notice alarm" }, `有 ${countText(open.length)} 条漂移告警待处理，最近一条 ${momentText(open[0].found_at)}。`)
    : element("p", { class: "quiet" }, WATCHES[watch.state]);
  place.replaceChildren(said, element("a", { class: "button small", href: "#/alarms" }, "看漂移告警"));
}
