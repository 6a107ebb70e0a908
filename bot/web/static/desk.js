// The desk stays fresh: one stream for all tabs tells that something changed, each tab fetches its own page again.
import { pause, readEvents } from "./events.js";

const CHANNEL = "hall.desk";
const SWEEP = 60_000;
const title = document.title;
let waiting = 0;
let unseen = 0;

function busy(block) {
  if (block.querySelector("form[data-typed]")) return true;
  return block.contains(document.activeElement) && document.activeElement.matches("input, textarea, select");
}

function swap(old, fresh) {
  const bottom = old.scrollHeight - old.scrollTop - old.clientHeight < 60;
  const open = new Set([...old.querySelectorAll("details[open]")].map((one) => one.id));
  const { scrollTop } = old;
  old.replaceChildren(...fresh.childNodes);
  open.forEach((id) => old.querySelector(`#${CSS.escape(id)}`)?.setAttribute("open", ""));
  old.scrollTop = "bottom" in old.dataset && bottom ? old.scrollHeight : scrollTop;
}

async function refresh() {
  waiting = 0;
  try {
    const response = await fetch(location.href, { cache: "no-store" });
    if (response.redirected) return void location.reload();
    if (!response.ok) return;
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    for (const old of document.querySelectorAll("[data-live]")) {
      const fresh = page.getElementById(old.id);
      if (fresh && fresh.innerHTML !== old.innerHTML && !busy(old)) swap(old, document.importNode(fresh, true));
    }
  } catch {
    // the line is broken: the stream says so, the next round tries again
  }
}

function soon() {
  waiting ||= setTimeout(refresh, 300);
}

function toast({ case: no, text }) {
  const node = document.createElement("div");
  node.className = "toast";
  const words = document.createElement(no ? "a" : "span");
  if (no) words.href = `/desk/cases/${encodeURIComponent(no)}`;
  words.textContent = (document.body.dataset.drill ? "【演练】" : "") + text;
  node.append(words);
  document.getElementById("toasts").append(node);
  setTimeout(() => node.remove(), 12_000);
  if (document.hidden) unseen += 1;
  document.title = unseen ? `（${unseen}）${title}` : title;
}

function hear(news) {
  if (news.state) document.getElementById("stale").hidden = news.state === "open";
  if (news.kind === "letter") toast(news.data);
  if (news.kind) soon();
}

async function listen(tell) {
  let last = 0;
  let desk = -1;
  let failures = 0;
  for (;;) {
    try {
      await readEvents("/api/staff/stream", last ? { "Last-Event-ID": String(last) } : {}, () => {
        failures = 0;
        tell({ state: "open" });
      }, ({ id, kind, data }) => {
        last = Math.max(last, id);
        if (kind === "desk" && data.desk === desk) return;
        if (kind === "desk") desk = data.desk;
        tell({ kind, data });
      });
    } catch (error) {
      failures += 1;
      if (error.status === 401) return void location.reload();
      if (failures > 1) tell({ state: "broken" });
    }
    await pause(Math.min(1000 * 2 ** failures, 20_000));
  }
}

function start() {
  if (!navigator.locks || !window.BroadcastChannel) return void listen(hear);
  const channel = new BroadcastChannel(CHANNEL + document.body.dataset.no);
  channel.addEventListener("message", ({ data }) => hear(data));
  navigator.locks.request(CHANNEL, () => listen((news) => {
    channel.postMessage(news);
    hear(news);
  }));
}

document.addEventListener("input", (event) => event.target.form?.setAttribute("data-typed", ""));
document.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) event.target.form?.requestSubmit();
  if (event.key === "/" && !event.target.matches("input, textarea, select")) {
    const search = document.getElementById("search");
    if (search) {
      event.preventDefault();
      search.focus();
    }
  }
});
document.addEventListener("submit", (event) => {
  event.target.querySelectorAll("button[type=submit]").forEach((button) => setTimeout(() => {
    button.disabled = true;
  }));
});
document.addEventListener("visibilitychange", () => {
  if (document.hidden) return;
  unseen = 0;
  document.title = title;
  soon();
});
document.querySelectorAll("[data-bottom]").forEach((one) => {
  one.scrollTop = one.scrollHeight;
});
setInterval(() => document.hidden || soon(), SWEEP);
start();
