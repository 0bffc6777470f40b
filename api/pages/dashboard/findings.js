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

/** Show what is promised of answers, and what the watch for drift found. */
export function showCertificate(place, one) {
  const facts = [element("p", {}, STANDS[one.stand] ?? one.stand)];
  if (one.id) {
    const promised = `以 ${share(one.confidence)} 的把握：至少 ${share(one.accuracy)} 的自动回答正确，至多 ${share(one.handoff)} 转人工。`;
    facts.push(element("p", {}, promised), element("p", { class: "quiet" }, `证书 ${one.id}，${momentText(one.made_at)} 签发。`));
    const drift = one.void_reason ? `${momentText(one.void_at)} 发现变化：${one.void_reason}` : one.stand === "certified" ? "咨询与认证时相比没有发现漂移。" : "只有依据抽检的证书才监测漂移。";
    facts.push(element("p", { class: one.void_reason ? "notice alarm" : "quiet" }, drift));
  }
  place.replaceChildren(...facts);
}
