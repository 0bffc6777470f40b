// The views of the knowledge pages. A view is one line here and one module, which exports
//
//   async function open(root, session, parameters) -> { close?(), unsaved?(), update?(parameters) }
//
// root        an empty element to fill; its first h2 gets the focus
// session     who is in and what may be done: see Session in stage.js
// parameters  { rest: what follows the view's path, decoded, query: URLSearchParams }
// close       is called when the view is left, unsaved tells whether text would be lost, and
//             update is called where only the parameters change (else the view is opened anew).
//
// `path` is what follows "#/"; `name` stands in the navigation (null: the view has no place there);
// `under` is the second part of `rest` where the view is only meant for that: #/entries/ID/history.

export const VIEWS = [
  { path: "", name: "条目", load: () => import("./find.js") },
  { path: "entries", under: "history", name: null, load: () => import("./entry_history.js") },
  { path: "entries", name: null, load: () => import("./write.js") },
  { path: "new", name: null, load: () => import("./write.js") },
  { path: "check", name: null, load: () => import("./check_all.js") },
  { path: "variants", name: "问法建议", load: () => import("./variants.js") },
  { path: "review", name: "审核发布", load: () => import("./review.js") },
  { path: "history", name: "版本", load: () => import("./history.js") },
  { path: "import", name: "导入导出", load: () => import("./import.js") },
  { path: "laws", name: "法规", load: () => import("./laws.js") },
  { path: "company", name: "公司资料", load: () => import("./company.js") },
  { path: "lexicons", name: "词库", load: () => import("./lexicons.js") },
  { path: "gaps", name: "知识缺口", load: () => import("./gaps.js") },
];

/** Tell whether there is a view at a path. */
export function hasView(path) {
  return VIEWS.some((one) => one.path === path && !one.under);
}
