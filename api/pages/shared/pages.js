// The way from one page for colleagues to the others that the person may open.

import { element } from "./element.js";

const PAGES = [
  { path: "/desk", name: "工作台", needs: "tickets:work" },
  { path: "/supervisor", name: "督导台", needs: "tickets:supervise" },
  { path: "/dashboard", name: "数据看板", needs: "reports:read" },
  { path: "/knowledge", name: "知识管理", needs: "knowledge:write" },
  { path: "/accounts", name: "账号管理", needs: "accounts:manage" },
];

/** Fill `place` with links to the other pages that `user` may open. */
export function showPages(place, user) {
  const others = PAGES.filter(({ path, needs }) => path !== location.pathname && user.permissions.includes(needs));
  place.replaceChildren(...others.map(({ path, name }) => element("a", { class: "button small", href: path }, name)));
}
