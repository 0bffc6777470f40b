// Sends a file. XMLHttpRequest, because fetch does not tell how far it is.

import { address, CallError, failure } from "./server.js";

/**
 * Return why a file is not worth sending, as a key of `problems`, or "".
 *
 * @param {File} file
 * @param {{most_bytes: number, media_types: string[]}} taken What the server takes.
 */
export function faultOf(file, taken) {
  if (!taken.media_types.includes(file.type)) return "type";
  if (file.size > taken.most_bytes) return "too_large";
  return file.size ? "" : "empty";
}

const SILENCE_MS = 45_000; // a line that is dead without a sign must not hold the file for ever

/**
 * Send `item.file`; `item.share` tells how far it is.
 *
 * @throws {CallError} It was not stored.
 */
export function upload(path, token, item, onProgress) {
  const request = new XMLHttpRequest();
  const form = new FormData();
  form.append("client_id", item.client_id);
  form.append("file", item.file);
  watch(request, (share) => {
    item.share = share;
    onProgress();
  });
  request.open("POST", address(path));
  request.responseType = "json";
  request.setRequestHeader("Authorization", `Bearer ${token}`);
  request.send(form);
  return replyTo(request);
}

// Tells the share of the file that is sent, and gives up when nothing moves.
function watch(request, onShare) {
  let timer;
  const alive = () => {
    clearTimeout(timer);
    timer = setTimeout(() => request.abort(), SILENCE_MS);
  };
  request.onloadstart = alive;
  request.upload.onprogress = ({ lengthComputable, loaded, total }) => {
    alive();
    onShare(lengthComputable ? loaded / total : 0);
  };
  request.onloadend = () => clearTimeout(timer);
}

function replyTo(request) {
  return new Promise((resolve, reject) => {
    request.onload = () => {
      if (request.status >= 300) reject(failure(request.status, request.getResponseHeader("Retry-After")));
      else if (request.response) resolve(request.response);
      else reject(new CallError("server")); // a proxy's page, not our reply
    };
    request.onerror = () => reject(new CallError("network"));
    request.onabort = () => reject(new CallError("slow"));
  });
}
