// How the talk looks: every text set as text, never as markup.
const WHO = { customer: "我", guide: "", staff: "工作人员", system: "营业厅" };
const FATES = { waiting: "还没发出，连上就自动发", sent: "已送达", pending: "正在发送" };

export function element(name, look = "", text = "") {
  const node = document.createElement(name);
  if (look) node.className = look;
  if (text) node.textContent = text;
  return node;
}

const timeZone = document.body.dataset.zone || undefined;

function hour(at) {
  return new Intl.DateTimeFormat("zh-CN", { hour: "2-digit", minute: "2-digit", timeZone }).format(at);
}

export function day(at) {
  return new Intl.DateTimeFormat("zh-CN", { month: "long", day: "numeric", weekday: "short", timeZone }).format(at);
}

// Text as text; only the address of an open card of this very hall can be pressed.
const CARD = /(https?:\/\/[^\s]+\/card\/[A-Za-z0-9_-]+)/;

function worded(text) {
  const node = element("p", "text");
  text.split(CARD).forEach((part, n) => {
    if (n % 2 === 0) return void node.append(part);
    const link = element("a", "", part);
    link.href = new URL(part).pathname;
    link.target = "_blank";
    link.rel = "noopener noreferrer";
    node.append(link);
  });
  return node;
}

// A whole day has no hour worth saying.
export function moment(iso) {
  if (!iso) return "";
  const at = new Date(iso);
  return at.getSeconds() === 59 && hour(at) === "23:59" ? day(at) : `${day(at)} ${hour(at)}`;
}

export class Bubbles {
  constructor(log, { onPress, onCase, onFile, onMend }) {
    Object.assign(this, { log, onPress, onCase, onFile });
    this.byId = new Map();
    this.bySeq = new Map();
    this.lastDay = "";
    this.drill = document.body.dataset.drill === "1";
  }

  clear() {
    this.log.replaceChildren();
    this.byId.clear();
    this.bySeq.clear();
    this.lastDay = "";
  }

  markDay(at) {
    const name = day(at);
    if (name !== this.lastDay) this.log.append(element("li", "day", name));
    this.lastDay = name;
  }

  fill(node, line, inPlace = false) {
    const at = line.at ? new Date(line.at) : null;
    const first = inPlace ? node.dataset.at : line.at ?? "";
    const past = inPlace && node.querySelector(".choices.past") !== null;
    const when = at ? ` ${hour(new Date(first || at))}${inPlace ? `（${hour(at)} 更新）` : ""}` : "";
    const guide = `${document.body.dataset.bot} · 引导岗`;
    const name = line.name || (line.from === "guide" ? guide : WHO[line.from]) || "";
    const mark = this.drill ? "【演练】" : "";
    node.className = `bubble ${line.from}`;
    node.dataset.at = first;
    node.replaceChildren(element("p", "by", `${mark}${name}${when}`));
    if (line.case && line.from !== "customer") node.append(this.cardTop(line.case));
    if (line.case && line.from !== "customer") node.classList.add("card");
    if (line.text) node.append(line.from === "customer" ? element("p", "text", line.text) : worded(line.text));
    for (const file of line.files ?? []) node.append(this.file(file));
    if (line.buttons?.length) node.append(this.choices(line.buttons, inPlace, past));
    if (line.from === "customer" && line.id && line.text) this.mendable(node, line);
  }

  // Only one's latest words can be corrected.
  mendable(node, line) {
    this.log.querySelector(".mend")?.remove();
    const mend = element("p", "fate mend");
    const button = element("button", "", "说错了，更正");
    button.type = "button";
    button.addEventListener("click", () => this.onMend(line));
    mend.append(button);
    node.append(mend);
  }

  cardTop(no) {
    const top = element("div", "card-top");
    const more = element("button", "", "看进度");
    more.type = "button";
    more.setAttribute("aria-label", `看工单 ${no} 的进度`);
    more.addEventListener("click", () => this.onCase(no));
    top.append(element("span", "", `工单 ${no}`), more);
    return top;
  }

  // What was asked before is past; a card that is filled anew asks nothing new.
  choices(buttons, inPlace, past) {
    if (!inPlace) this.log.querySelectorAll(".choices").forEach((old) => old.classList.add("past"));
    const group = element("div", past ? "choices past" : "choices");
    group.setAttribute("role", "group");
    group.setAttribute("aria-label", "可以这样回答");
    for (const { label, value } of buttons) {
      const button = element("button", "", label);
      button.type = "button";
      button.addEventListener("click", () => {
        group.querySelectorAll("button").forEach((one) => one.setAttribute("aria-pressed", String(one === button)));
        this.onPress(label, value);
      });
      group.append(button);
    }
    return group;
  }

  file(file) {
    const holder = element("p", "file");
    const open = element("button", "", `${file.name}（${Math.max(1, Math.round(file.size / 1024))} KB）`);
    open.type = "button";
    open.addEventListener("click", () => this.onFile(file, holder));
    holder.append(open);
    if (file.type.startsWith("image/") && file.url && file.size < 3_000_000) this.onFile(file, holder, true);
    return holder;
  }

  // A line of the ledger: new, the echo of one's own, or in place of an older card. Whether it was such a card.
  show(line) {
    const card = line.replaces && line.from !== "customer" ? this.bySeq.get(line.replaces) : undefined;
    const old = (line.id && this.byId.get(line.id)) || card || (line.replaces && this.bySeq.get(line.replaces));
    const node = old || element("li");
    if (!old) {
      this.markDay(new Date(line.at));
      this.log.append(node);
    }
    if (card) this.refill(card, line);
    else this.fill(node, line);
    this.bySeq.set(line.seq, node);
    if (line.id) this.byId.set(line.id, node);
    return Boolean(card);
  }

  // The card is not read out whole again, and whoever stands on one of its buttons stays there.
  refill(card, line) {
    const held = card.contains(document.activeElement) ? document.activeElement.textContent : "";
    card.setAttribute("aria-live", "off");
    this.fill(card, line, true);
    const same = held && [...card.querySelectorAll("button, a")].find((one) => one.textContent === held);
    if (same) same.focus({ preventScroll: true });
  }

  // One's own words before the hall has them.
  draft(item, files = []) {
    const node = element("li");
    this.fill(node, { from: "customer", text: item.shown, files: [] });
    for (const file of files) node.append(element("p", "file", file.name));
    node.append(element("p", "fate", FATES.pending));
    node.classList.add("pending");
    this.log.append(node);
    this.byId.set(item.id, node);
  }

  fate(id, what, why = "") {
    const node = this.byId.get(id);
    const fate = node?.querySelector(".fate:not(.mend)");
    if (!fate) return;
    fate.textContent = why || (what === "refused" ? "没有发出去" : FATES[what]);
    node.classList.toggle("pending", what !== "sent" && what !== "refused");
    node.classList.toggle("failed", what === "refused");
  }
}
