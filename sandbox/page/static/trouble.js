// The menu of faults: what a visitor can make Telegram and X do wrong, and the orders that are still open.

import { ask, byId, make } from "/page/dom.js";

const LOOK_MS = 2000;
const PLACES = [
  { platform: "telegram", method: "sendMessage", name: "Telegram, sending a message" },
  { platform: "x", method: "create", name: "X, creating a post" },
];
const KINDS = [
  { kind: "delay", seconds: 8, name: "answers after 8 seconds" },
  { kind: "drop", name: "takes it, then drops the line" },
  { kind: "error", status: 500, name: "error 500, not taken" },
  { kind: "flood", seconds: 20, name: "429: wait 20 seconds" },
  { kind: "reset", name: "hangs up before taking it" },
];

export class Trouble {
  constructor() {
    this.form = byId("trouble-form");
    for (const [name, choices] of Object.entries({ place: PLACES, kind: KINDS })) {
      this.form.elements[name].replaceChildren(...choices.map((choice, at) => new Option(choice.name, at)));
    }
    this.form.onsubmit = (event) => this.order(event);
    byId("trouble-clear").onclick = () => this.carry(() => fetch("/control/faults", { method: "DELETE" }).then((answer) => answer.json()));
    this.look();
  }

  async order(event) {
    event.preventDefault();
    const { place, kind, times } = this.form.elements;
    const { platform, method } = PLACES[place.value];
    const { name, ...fault } = KINDS[kind.value];
    await this.carry(() => ask("/control/faults", { platform, method, ...fault, times: times.value ? Number(times.value) : null }));
  }

  look() {
    return this.carry(() => ask("/control/faults"));
  }

  async carry(order) {
    try {
      this.draw((await order()).faults.filter((fault) => fault.times !== 0));
    } catch (reason) {
      byId("trouble-open-orders").replaceChildren(make("li", {}, reason.message));
    }
  }

  /** Show the orders; while some are open, see now and then whether they have been used up (that is no event). */
  draw(open) {
    byId("trouble-open-orders").replaceChildren(...open.map((fault) => make("li", {}, make("b", {}, nameOf(fault)), make("span", {}, left(fault)))));
    byId("trouble-clear").hidden = open.length === 0;
    byId("trouble-count").hidden = open.length === 0;
    byId("trouble-count").textContent = open.length;
    clearTimeout(this.next);
    if (open.length) this.next = setTimeout(() => this.look(), LOOK_MS);
  }
}

function nameOf({ platform, method, kind }) {
  const place = PLACES.find((one) => one.platform === platform)?.name.split(",", 1)[0] ?? platform;
  const what = KINDS.find((one) => one.kind === kind)?.name ?? kind;
  return `${place}${PLACES.some((one) => one.method === method) ? "" : ` (${method})`}: ${what}`;
}

const left = ({ times }) => (times === null ? "until cleared" : times === 1 ? "the next call" : `the next ${times} calls`);
