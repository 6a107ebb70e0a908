// The chat page: what is typed goes to the talk, what comes from the talk is shown.
import { Bubbles, day, element, moment } from "./bubbles.js";
import { newId, recall, remember } from "./store.js";
import { Talk } from "./talk.js";

const by = (id) => document.getElementById(id);
const { bot, fileMost, filesMost } = document.body.dataset;
const title = document.title;
const room = by("talk");
const words = by("words");
const tray = [];
let unread = 0;
let replaces = "";

const atBottom = () => room.scrollHeight - room.scrollTop - room.clientHeight < 120;
const toBottom = () => {
  room.scrollTop = room.scrollHeight;
  by("newer").hidden = true;
};
const hint = (text) => {
  by("hint").textContent = text;
};

const bubbles = new Bubbles(by("log"), {
  onPress: (label, value) => post({ button: value }, label),
  onCase: showCase,
  onFile: showFile,
  onMend(line) {
    replaces = line.id;
    words.value = line.text;
    hint("改好再发出去，原来那句就不算了。");
    grow();
    words.focus();
  },
});

const talk = new Talk({
  onLine(line, fresh) {
    const stay = !fresh || atBottom() || line.from === "customer";
    const inPlace = bubbles.show(line);
    by("starters").hidden = true;
    if (inPlace) {
      if (stay) toBottom();
      if (fresh) by("told").textContent = `工单进度更新：${line.text.split("\n")[0]}`;
      if (!document.hidden) remember("hall.read", String(line.seq));
      return;
    }
    if (stay) toBottom();
    else by("newer").hidden = false;
    if (line.from !== "customer" && Number(recall("hall.read") || 0) < line.seq) {
      if (document.hidden) unread += 1;
      else remember("hall.read", String(line.seq));
      document.title = unread ? `（${unread}）${title}` : title;
    }
  },
  onState(state) {
    const stay = atBottom();
    by("offline").hidden = state === "online";
    if (stay) toBottom();
    by("state").textContent = state === "online" ? `${bot} · 引导岗` : "正在重新连接…";
  },
  onFate: (id, what, why) => bubbles.fate(id, what, why),
  onNewcomer() {
    bubbles.clear();
    for (const item of talk.outbox) bubbles.draft(item, talk.files.get(item.id));
    remember("hall.read", "0");
    hint("上次的对话已经结束，为您开了新的。");
  },
});

function post(body, shown, files = []) {
  const item = { id: newId(), body, shown };
  bubbles.draft(item, files);
  toBottom();
  talk.say(item, files);
}

function drawTray() {
  by("tray").replaceChildren(...tray.map((file, n) => {
    const row = element("li", "", file.name);
    const away = element("button", "", "去掉");
    away.type = "button";
    away.setAttribute("aria-label", `去掉 ${file.name}`);
    away.addEventListener("click", () => {
      tray.splice(n, 1);
      drawTray();
    });
    row.append(away);
    return row;
  }));
}

function addFiles(files) {
  hint("");
  for (const file of files) {
    if (file.size > Number(fileMost)) hint(`「${file.name}」太大了，每个文件最多 ${Math.floor(fileMost / 1e6)} MB；可以截图或分几张发。`);
    else if (tray.length >= Number(filesMost)) hint(`一次最多发 ${filesMost} 个文件，其余的请下一条再发。`);
    else tray.push(file);
  }
  drawTray();
}

function grow() {
  words.rows = Math.min(6, words.value.split("\n").length);
}

function submit() {
  const text = words.value.trim();
  if (!text && !tray.length) return;
  const files = tray.splice(0);
  post(replaces ? { text, replaces } : { text }, text || `[${files.length} 个文件]`, files);
  replaces = "";
  words.value = "";
  hint("");
  grow();
  drawTray();
  words.focus();
}

async function showFile(file, holder, quietly = false) {
  if (!quietly) hint("正在取文件…");
  try {
    const response = await fetch(file.url, { headers: talk.headers() });
    if (!response.ok) throw new Error("file");
    const address = URL.createObjectURL(await response.blob());
    if (file.type.startsWith("image/")) {
      const picture = element("img");
      picture.src = address;
      picture.alt = file.name;
      picture.addEventListener("load", () => atBottom() && toBottom());
      holder.replaceChildren(picture);
    } else {
      const link = element("a");
      link.href = address;
      link.download = file.name;
      link.click();
    }
    hint("");
  } catch {
    if (!quietly) hint("文件暂时取不到，请稍后再试。");
  }
}

const STATES = { draft: "登记中", open: "等首办人接单", accepted: "已接单", in_progress: "正在办", waiting_customer: "等您补充", resolved: "已办好，等您确认", closed: "已办结", cancelled: "已撤销" };
const STEPS = { done: "●", now: "◐", next: "○" };
const SAID = { done: "已办", now: "在办", next: "还没到" };
const POSTS = { guide: "引导岗", work: "工作岗", service: "服务岗", duty: "值班领导岗" };

function caseCard(one) {
  const card = element("section", "my-case");
  const { name, no, post: kind } = one.first_handler;
  card.append(element("h3", "", one.topic_name));
  card.append(element("p", "quiet", `${one.no}　${STATES[one.state] ?? one.state}`));
  card.append(element("p", "", `首办人：${name}（工号 ${no}，${POSTS[kind] ?? ""}）`));
  if (one.cover) card.append(element("p", "quiet", `首办人不在岗，到 ${day(new Date(one.cover.till))} 为止由 ${one.cover.name}（工号 ${one.cover.no}）代办`));
  if (one.transfer?.text) card.append(element("p", "quiet", one.transfer.text));
  if (one.promise?.promise_at) card.append(element("p", "", `时限：${moment(one.promise.promise_at)}`));
  const steps = element("ol", "steps");
  for (const stage of one.stages) {
    const step = element("li", stage.state);
    const mark = element("span", "", STEPS[stage.state]);
    mark.setAttribute("aria-hidden", "true");
    step.append(mark, " ", element(stage.lane === "customer" ? "strong" : "span", "", stage.name), element("span", "unseen", `，${SAID[stage.state]}`));
    if (stage.state === "now") step.setAttribute("aria-current", "step");
    steps.append(step);
  }
  card.append(steps);
  const more = element("details");
  const events = element("ol", "events");
  for (const event of one.events.filter((each) => each.text)) events.append(element("li", "", `${moment(event.at)}\n${event.text}`));
  more.append(element("summary", "", "经过"), events);
  card.append(more, cardLink(one.no));
  if (["open", "accepted", "in_progress", "waiting_customer"].includes(one.state)) {
    const hurry = element("button", "", "催一下");
    hurry.type = "button";
    hurry.addEventListener("click", () => {
      by("cases").close();
      post({ text: `催一下 ${one.no}` }, `催一下 ${one.no}`);
    });
    card.append(hurry);
  }
  return card;
}

// The open card has an address of its own: asked for only when somebody wants it.
function cardLink(no) {
  const row = element("p", "card-link");
  const ask = element("button", "", "公开工单卡（可转发、可打印）");
  ask.type = "button";
  ask.addEventListener("click", async () => {
    ask.disabled = true;
    try {
      const { card: path, text } = await talk.postJson(`/api/chat/cases/${encodeURIComponent(no)}/card`);
      const link = element("a", "", location.origin + path);
      link.href = path;
      link.target = "_blank";
      link.rel = "noopener noreferrer";
      row.replaceChildren(link, element("span", "quiet", text));
      link.focus();
    } catch {
      ask.disabled = false;
      ask.textContent = "暂时取不到，再试一次";
    }
  });
  row.append(ask);
  return row;
}

async function openCases(heading, load) {
  by("cases-title").textContent = heading;
  by("cases-body").replaceChildren(element("p", "quiet", "正在查…"));
  by("cases").showModal();
  try {
    const cases = await load();
    by("cases-body").replaceChildren(...(cases.length ? cases.map(caseCard) : [element("p", "empty", "您现在没有工单。")]));
  } catch {
    by("cases-body").replaceChildren(element("p", "trouble", "暂时查不到，请稍后再试，或在对话里问“查进度”。"));
  }
}

function showCase(no) {
  openCases("工单进度", async () => [await talk.fetchJson(`/api/chat/cases/${encodeURIComponent(no)}`)]);
}

function bigger(on) {
  document.documentElement.classList.toggle("bigger", on);
  by("bigger").setAttribute("aria-pressed", String(on));
  remember("hall.bigger", on ? "1" : "");
}

by("composer").addEventListener("submit", (event) => {
  event.preventDefault();
  submit();
});
words.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  submit();
});
words.addEventListener("input", grow);
words.addEventListener("paste", (event) => {
  if (event.clipboardData?.files.length) addFiles(event.clipboardData.files);
});
by("files").addEventListener("change", (event) => {
  addFiles(event.target.files);
  event.target.value = "";
});
by("starters").addEventListener("click", (event) => {
  if (event.target instanceof HTMLButtonElement) post({ text: event.target.textContent }, event.target.textContent);
});
by("newer").addEventListener("click", toBottom);
by("bigger").addEventListener("click", () => bigger(!recall("hall.bigger")));
by("mine").addEventListener("click", () => openCases("我的工单", async () => (await talk.fetchJson("/api/chat/cases")).items));
by("cases-shut").addEventListener("click", () => by("cases").close());
document.addEventListener("visibilitychange", () => {
  if (document.hidden) return;
  unread = 0;
  document.title = title;
  remember("hall.read", String(talk.last));
});

bigger(Boolean(recall("hall.bigger")));
for (const item of talk.outbox) bubbles.draft(item);
await talk.open();
by("said").setAttribute("aria-busy", "false");
