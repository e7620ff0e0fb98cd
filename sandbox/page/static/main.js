// The page: it reads the state of everything once, then follows the sandbox's events and draws what changed.

import { Chats } from "/page/chats.js";
import { ask, byId, setZone } from "/page/dom.js";
import { Feed } from "/page/feed.js";
import { Newsroom } from "/page/newsroom.js";
import { Status } from "/page/status.js";
import { Trouble } from "/page/trouble.js";
import { post } from "/page/x.js";

const KINDS = ["sent", "said", "edited", "deleted", "pressed", "answered", "publish", "edit", "remove", "redate", "move", "reguid"];
const RETRY_MS = [500, 1000, 2000, 5000];

let parts = null;
let lost = 0;
let queue = [];

/** Read everything and draw it, then follow; after a lost line follow on, unless the sandbox is another one by now. */
async function start() {
  try {
    const now = await ask("/page/now");
    if (parts && parts.run !== now.run) return location.reload();
    parts ??= build(now);
  } catch (reason) {
    return retry(reason.message);
  }
  follow();
}

function build(now) {
  setZone(now.zone);
  const made = { run: now.run, last: now.last, chats: new Chats(now), newsroom: new Newsroom(now), status: new Status(now), trouble: new Trouble(), x: buildX(now) };
  for (const { messages } of Object.values(now.chats)) for (const message of messages) made.chats.draw(message);
  for (const shown of now.x.posts) made.x.put(shown.id, post(shown));
  return made;
}

function buildX(now) {
  const [account] = now.accounts;
  byId("x-account").textContent = account ? `@${account.username}` : "";
  const feed = new Feed({ label: "Posts on X, newest first", most: now.most, newestFirst: true, empty: "No posts yet." });
  byId("x-stage").replaceChildren(feed.element);
  return feed;
}

function follow() {
  const stream = new EventSource(`/control/events?after=${parts.last}`);
  for (const kind of KINDS) stream.addEventListener(kind, (message) => receive(JSON.parse(message.data)));
  stream.onopen = () => {
    lost = 0;
    Status.link("live", "live");
  };
  stream.onerror = () => {
    stream.close();
    retry("reconnecting");
  };
}

function retry(words) {
  Status.link("lost", words);
  setTimeout(start, RETRY_MS[Math.min(lost++, RETRY_MS.length - 1)]);
}

/** Events that arrive together are drawn together. */
function receive(event) {
  parts.last = event.number;
  queue.push(event);
  if (queue.length === 1) setTimeout(drawAll, document.hidden ? 250 : 16);
}

function drawAll() {
  const events = queue;
  queue = [];
  for (const event of events) {
    try {
      happened(event);
    } catch (problem) {
      console.error(`Event ${event.number} cannot be drawn.`, problem);
    }
  }
}

function happened(event) {
  const { platform, kind, detail } = event;
  parts.status.happened(event);
  if (platform === "site") parts.newsroom.happened(event);
  if (platform === "telegram") unseen(parts.chats.happened(kind, detail));
  if (platform === "x") drawPost(kind, detail);
}

async function drawPost(kind, shown) {
  unseen("x");
  if (kind !== "edited") return parts.x.put(shown.id, post(shown), { live: kind === "sent", known: kind !== "sent" });
  const { x } = await ask("/page/now"); // an edited post has another id, and does not say which it replaces
  parts.x.clear();
  for (const one of x.posts) parts.x.put(one.id, post(one));
}

/** On a narrow screen one column is shown at a time: mark the others when something happens there. */
function unseen(column) {
  if (byId("columns").dataset.shown !== column) byId("bottom").querySelector(`[data-shows=${column}]`).classList.add("unseen-news");
}

function show(column) {
  byId("columns").dataset.shown = column;
  for (const button of byId("bottom").children) {
    const on = button.dataset.shows === column;
    button.setAttribute("aria-current", on);
    if (on) button.classList.remove("unseen-news");
  }
}

/** Links to posts of this sandbox lead to where the page shows them: outside nobody has them. */
function stay(event) {
  const address = event.target.closest("a")?.href ?? "";
  const [, username, number] = address.match(/^https:\/\/t\.me\/(\w+)\/(\d+)$/) ?? [];
  const [, id] = address.match(/^https:\/\/x\.com\/\w+\/status\/(\d+)$/) ?? [];
  if (!username && !id) return;
  show(id ? "x" : "telegram");
  if (id ? parts.x.find(id) : parts.chats.find(username, Number(number))) event.preventDefault();
}

document.addEventListener("click", stay);
byId("bottom").onclick = (event) => {
  const button = event.target.closest("[data-shows]");
  if (button) show(button.dataset.shows);
};
show("telegram");
start();
