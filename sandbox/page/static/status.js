// The line on top: how much is where, what happened last, and whether the page still hears of it.

import { byId, make, time } from "/page/dom.js";

const WORDS = {
  site: { publish: "new article", edit: "headline or text changed", remove: "taken away", redate: "dated anew", move: "moved", reguid: "all guids anew" },
  telegram: { sent: "sent", said: "said", edited: "edited", deleted: "deleted", pressed: "pressed", answered: "answered" },
  x: { sent: "posted", edited: "edited", deleted: "deleted" },
};

export class Status {
  constructor(now) {
    this.names = new Map([
      ...now.channels.map(({ id, title }) => [String(id), title]),
      [String(now.editors.id), now.editors.title],
      ...now.people.map(({ id, first_name: name }) => [String(id), `${name} and the bot`]),
    ]);
    const messages = (id) => now.chats[id]?.count ?? 0;
    this.places = new Map([
      ["site", { name: "Site", count: now.editions.reduce((sum, { count }) => sum + count, 0) }],
      ...now.channels.map(({ id, edition }) => [`telegram ${id}`, { name: `TG ${edition.toUpperCase()}`, count: messages(id) }]),
      ["x", { name: "X", count: now.x.count }],
      [`telegram ${now.editors.id}`, { name: "Editors", count: messages(now.editors.id) }],
    ]);
    byId("counts").replaceChildren(...[...this.places.values()].map((place) => this.build(place)));
  }

  build(place) {
    place.shown = make("dd", {}, String(place.count));
    return make("div", {}, make("dt", {}, place.name), place.shown);
  }

  /** Count an event and name it. */
  happened({ platform, kind, place, detail, at }) {
    const step = { sent: 1, said: 1, publish: 1, deleted: -1, remove: -1 }[kind] ?? 0;
    const counted = this.places.get(platform === "telegram" ? `telegram ${place}` : platform);
    if (counted && step) {
      counted.count += step;
      counted.shown.textContent = counted.count;
    }
    const where = { site: `Site ${place.toUpperCase()}`, x: "X" }[platform] ?? this.names.get(place) ?? place;
    const about = detail.title ?? detail.text ?? detail.message?.text ?? detail.message?.caption ?? "";
    const what = WORDS[platform]?.[kind] ?? kind;
    byId("last").replaceChildren(time(at * 1000), " ", make("b", {}, where), ` ${what} `, make("span", {}, about.split("\n", 1)[0].slice(0, 120)));
  }

  /** `state` is live, waiting or lost. */
  static link(state, words) {
    byId("link").dataset.state = state;
    byId("link").lastElementChild.textContent = words;
  }
}
