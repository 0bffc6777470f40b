// What the knowledge pages call things.

export const STATUSES = { draft: "草稿", in_review: "待审核", published: "已发布", retired: "已停用" };

/** Say from when to when an entry may be given. */
export function validityText({ valid_from: from, valid_to: to }) {
  if (!from && !to) return "长期";
  if (!to) return `${from} 起`;
  return from ? `${from} 至 ${to}` : `至 ${to}`;
}
