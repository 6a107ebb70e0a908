// Server-sent events read with fetch, so that a token can go along; silence for too long counts as broken.
const SILENCE = 40_000;

function parse(block) {
  const event = { id: 0, kind: "message", data: "" };
  for (const line of block.split("\n")) {
    const colon = line.indexOf(":");
    const name = line.slice(0, colon);
    const value = line.slice(colon + 1).replace(/^ /, "");
    if (name === "id") event.id = Number(value);
    if (name === "event") event.kind = value;
    if (name === "data") event.data += value;
  }
  return event;
}

// Calls onOpen once bytes flow and onEvent for each event; resolves when the server ends, rejects when the line breaks.
// `ended`: a signal by which the caller ends it himself.
export async function readEvents(path, headers, onOpen, onEvent, ended) {
  const broken = new AbortController();
  ended?.addEventListener("abort", () => broken.abort());
  let timer = setTimeout(() => broken.abort(), SILENCE);
  try {
    const response = await fetch(path, { headers, signal: broken.signal, cache: "no-store" });
    if (!response.ok || !response.body) throw Object.assign(new Error("stream"), { status: response.status });
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    let rest = "";
    let open = false;
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return;
      clearTimeout(timer);
      timer = setTimeout(() => broken.abort(), SILENCE);
      if (!open) onOpen();
      open = true;
      const blocks = (rest + value).split("\n\n");
      rest = blocks.pop();
      for (const block of blocks) {
        const event = parse(block);
        if (event.data) onEvent({ ...event, data: JSON.parse(event.data) });
      }
    }
  } finally {
    clearTimeout(timer);
  }
}

export function pause(milliseconds) {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, milliseconds);
    addEventListener("online", () => {
      clearTimeout(timer);
      resolve();
    }, { once: true });
  });
}
