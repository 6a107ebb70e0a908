// The line to the hall: one token, messages that are sent again under the same id, news by stream or, if that fails, by poll.
import { pause, readEvents } from "./events.js";
import { forget, recall, remember } from "./store.js";

const TOKEN = "hall.token";
const OUTBOX = "hall.outbox";
const BATCH = 200;
const POLLS_BEFORE_STREAM = 12;

export class Talk {
  constructor({ onLine, onState, onFate, onNewcomer }) {
    Object.assign(this, { onLine, onState, onFate, onNewcomer });
    this.last = 0;
    this.files = new Map(); // message id → files: they outlive a lost line, not a reload
    this.outbox = JSON.parse(recall(OUTBOX) || "[]");
    this.sending = false;
    this.seated = false; // nothing is sent before one knows as whom
    this.renewing = null;
    this.line = new AbortController();
  }

  get token() {
    return recall(TOKEN);
  }

  headers(more = {}) {
    return { Authorization: `Bearer ${this.token}`, ...more };
  }

  async open() {
    const given = new URLSearchParams(location.hash.slice(1)).get("token");
    if (given) {
      remember(TOKEN, given);
      forget(OUTBOX);
      this.outbox = [];
      history.replaceState(null, "", location.pathname);
    }
    for (let tries = 0; ; tries += 1) {
      const { token } = this;
      try {
        if (!token) await this.sitDown();
        await this.history();
        break;
      } catch (error) {
        if (error.status === 401) await this.renew(token).catch(() => {});
        this.onState("offline");
        await pause(Math.min(1000 * 2 ** tries, 15_000));
      }
    }
    this.seated = true;
    this.onState("online");
    this.listen();
    this.send();
  }

  async sitDown() {
    const start = new URLSearchParams(location.search).get("start") || undefined;
    const response = await fetch("/api/chat/sessions", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ start }),
    });
    if (!response.ok) throw Object.assign(new Error("session"), { status: response.status });
    remember(TOKEN, (await response.json()).token);
  }

  // Who is refused twice at once, as sender and as listener, sits down once.
  renew(refused) {
    if (!this.renewing && this.token !== refused) return Promise.resolve();
    this.renewing ??= this.beginAnew().finally(() => {
      this.renewing = null;
    });
    return this.renewing;
  }

  async beginAnew() {
    this.line.abort(); // nobody listens on as who he was
    forget(TOKEN);
    this.last = 0;
    this.onNewcomer();
    await this.sitDown();
  }

  async fetchJson(path, method = "GET") {
    const response = await fetch(path, { method, headers: this.headers(), cache: "no-store" });
    if (!response.ok) throw Object.assign(new Error("fetch"), { status: response.status });
    return response.json();
  }

  postJson(path) {
    return this.fetchJson(path, "POST");
  }

  async history() {
    for (;;) {
      const { messages } = await this.fetchJson(`/api/chat/messages?after=${this.last}`);
      messages.forEach((line) => this.take(line, false));
      if (messages.length < BATCH) return;
    }
  }

  take(line, fresh) {
    if (line.seq <= this.last) return;
    this.last = line.seq;
    if (line.id) this.drop(line.id);
    this.onLine(line, fresh);
  }

  async listen() {
    let failures = 0;
    let polls = 0;
    for (;;) {
      const { token } = this;
      const line = new AbortController();
      this.line = line;
      try {
        if (failures < 2) {
          await readEvents("/api/chat/stream", this.headers({ "Last-Event-ID": String(this.last) }), () => {
            failures = 0;
            this.onState("online");
            this.send();
          }, (event) => line.signal.aborted || this.take(event.data, true), line.signal);
        } else {
          const { messages } = await this.fetchJson(`/api/chat/messages?after=${this.last}&wait=25`);
          if (!line.signal.aborted) messages.forEach((one) => this.take(one, true));
          this.onState("online");
          this.send();
          polls += 1;
          if (polls % POLLS_BEFORE_STREAM === 0) failures = 0;
        }
      } catch (error) {
        failures += 1;
        if (line.signal.aborted) {
          failures = 0;
          await this.renewing?.catch(() => {});
        } else if (error.status === 401) await this.renew(token).catch(() => {});
        else {
          if (!navigator.onLine || failures > 1) this.onState("offline");
          await pause(Math.min(500 * 2 ** failures, 15_000));
        }
      }
    }
  }

  keep() {
    remember(OUTBOX, JSON.stringify(this.outbox.filter((item) => !this.files.has(item.id))));
  }

  drop(id) {
    if (!this.outbox.some((item) => item.id === id)) return;
    this.outbox = this.outbox.filter((item) => item.id !== id);
    this.files.delete(id);
    this.keep();
  }

  say(item, files = []) {
    if (files.length) this.files.set(item.id, files);
    this.outbox.push(item);
    this.keep();
    this.send();
  }

  request(item) {
    const files = this.files.get(item.id);
    if (!files) {
      const body = JSON.stringify({ id: item.id, ...item.body });
      return { method: "POST", headers: this.headers({ "Content-Type": "application/json" }), body };
    }
    const form = new FormData();
    form.set("id", item.id);
    if (item.body.text) form.set("text", item.body.text);
    files.forEach((file) => form.append("file", file, file.name));
    return { method: "POST", headers: this.headers(), body: form };
  }

  async send() {
    if (this.sending || !this.seated) return;
    this.sending = true;
    for (let tries = 0; this.outbox.length; ) {
      const item = this.outbox[0];
      const { token } = this;
      try {
        const response = await fetch("/api/chat/messages", this.request(item));
        const answer = await response.json().catch(() => ({}));
        tries = 0;
        if (response.ok) {
          this.drop(item.id);
          this.onFate(item.id, "sent");
        } else if (response.status === 401) {
          await this.renew(token);
        } else if (response.status === 429 || response.status >= 500) {
          this.onFate(item.id, "waiting", answer.danger ? answer.message : "");
          await pause(1000 * (Number(response.headers.get("Retry-After")) || 3));
        } else {
          this.drop(item.id);
          this.onFate(item.id, "refused", Object.values(answer.fields ?? {})[0] || answer.message);
        }
      } catch {
        tries += 1;
        this.onFate(item.id, "waiting");
        this.onState("offline");
        await pause(Math.min(1000 * 2 ** tries, 20_000));
      }
    }
    this.sending = false;
  }
}
