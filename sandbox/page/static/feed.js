// A list of things with keys: what is new is added at its end, what changed is replaced in place, the oldest are dropped.

import { icon, make } from "/page/dom.js";

const FOUND_MS = 1500;

export class Feed {
  /** `newestFirst`: the newest on top, as on X; otherwise at the bottom and in view, as in a chat. */
  constructor({ label, most, newestFirst = false, empty }) {
    this.most = most;
    this.newestFirst = newestFirst;
    this.nodes = new Map();
    this.missed = 0;
    this.list = make("ol.list", { "aria-label": label });
    this.empty = make("div.empty", {}, empty);
    this.scroller = make("div.scroller", { tabindex: "0", role: "region", "aria-label": label }, this.empty, this.list);
    this.count = make("b", {});
    this.jump = make("button.jump", { type: "button", "aria-label": "Go to the newest", hidden: true, onclick: () => this.toNewest() }, icon("down"), this.count);
    this.element = make(newestFirst ? "div.feed.falling" : "div.feed.rising", {}, this.scroller, this.jump);
    this.scroller.addEventListener("scroll", () => this.look(), { passive: true });
  }

  get away() {
    return Math.abs(this.scroller.scrollTop) > 120;
  }

  /** Add a thing, or put its new look where it stands. `live`: it comes now; `known`: it is not new, so never add it. */
  put(key, node, { live = false, known = false } = {}) {
    const former = this.nodes.get(key);
    if (known && !former) return;
    this.nodes.set(key, node);
    if (former) {
      exchange(former, node);
      return;
    }
    if (live) node.classList.add("fresh");
    this.list[this.newestFirst ? "prepend" : "append"](node);
    this.empty.hidden = true;
    if (this.nodes.size > this.most) this.drop(this.nodes.keys().next().value);
    if (live && this.away) this.missed += 1;
    this.look();
  }

  drop(key) {
    this.nodes.get(key)?.remove();
    this.nodes.delete(key);
  }

  /** Bring a thing into view and mark it for a moment. */
  find(key) {
    const node = this.nodes.get(key);
    node?.scrollIntoView({ block: "center" });
    node?.classList.add("found");
    setTimeout(() => node?.classList.remove("found"), FOUND_MS);
    return Boolean(node);
  }

  clear() {
    this.nodes.clear();
    this.list.replaceChildren();
    this.empty.hidden = false;
    this.missed = 0;
    this.look();
  }

  toNewest() {
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    this.scroller.scrollTo({ top: 0, behavior: calm ? "auto" : "smooth" });
  }

  look() {
    if (!this.away) this.missed = 0;
    this.jump.hidden = !this.away;
    this.count.textContent = this.missed || "";
  }
}

/** Put one node in another's place; the keyboard stays on the button it was on, if that is still there. */
function exchange(former, node) {
  const held = former.contains(document.activeElement) ? document.activeElement : null;
  former.replaceWith(node);
  if (!held) return;
  const same = held.dataset.hold && [...node.querySelectorAll("[data-hold]")].find((one) => one.dataset.hold === held.dataset.hold);
  const next = same || node.querySelector("a, button");
  next?.focus({ preventScroll: true });
}
