// Work that the server does in the background: followed until it has ended.

import { ask } from "../../shared/api.js";
import { element } from "../../shared/element.js";

const LOOK_MS = 700;
const STAGES = {
  waiting: "正在排队",
  content: "正在检查内容",
  retrieval: "正在检查检索",
  replay: "正在回放问题",
  certificate: "正在核对证书",
  writing: "正在写入",
};

/**
 * Follow a job to its end.
 *
 * @param {object} job As the API tells it.
 * @param {(job: object) => void} onProgress Is told how far it is.
 * @param {AbortSignal} left Ends following; the job itself goes on.
 * @returns {Promise<object|null>} The job when it has ended, null where one has left.
 */
export async function follow(job, onProgress, left) {
  while (job.state === "running") {
    onProgress(job);
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    if (left.aborted) return null;
    try {
      job = await ask("GET", `/v1/jobs/${job.id}`);
    } catch (error) {
      if (error.code !== "network" && error.status !== 503) throw error; // else: asked again
    }
  }
  return job;
}

/** Return what shows how far a job is: { root, show(job) }. */
export function progress(label) {
  const text = element("p", {}, label);
  const bar = element("progress", { "aria-label": label });
  const show = ({ stage, done, total }) => {
    text.textContent = `${STAGES[stage] ?? label}${total ? `：${done} / ${total}` : "…"}`;
    if (total) Object.assign(bar, { max: total, value: done });
    else bar.removeAttribute("value");
  };
  return { root: element("div", { class: "job-progress", role: "status" }, text, bar), show };
}
