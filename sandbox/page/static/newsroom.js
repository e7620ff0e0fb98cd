// The site in its frame, and the visitor's own hand on it: publish, change a headline, take an article away.

import { ask, byId } from "/page/dom.js";
import { radios } from "/page/tabs.js";

const REST_MS = 400;

export class Newsroom {
  constructor(now) {
    this.editions = new Map(now.editions.map((edition) => [edition.code, { ...edition, mine: null }]));
    this.code = this.editions.has("en") ? "en" : now.editions[0].code;
    this.frame = byId("site-frame");
    const entries = now.editions.map(({ code, language }) => ({ id: code, label: code.toUpperCase(), title: language }));
    radios(byId("site-editions"), "edition", entries, this.code, (code) => this.turn(code));
    byId("publish").onsubmit = (event) => this.publish(event);
    byId("change").onclick = () => this.openHeadline();
    byId("take-away").onclick = () => this.takeAway();
    byId("headline").onsubmit = (event) => this.saveHeadline(event);
    byId("headline-cancel").onclick = () => this.closeHeadline();
    this.turn(this.code);
  }

  get edition() {
    return this.editions.get(this.code);
  }

  /** The article the buttons are about: the visitor's own last one, else the newest of the edition. */
  get latest() {
    return this.edition.mine ?? this.edition.last;
  }

  turn(code) {
    this.code = code;
    this.frame.src = this.edition.home;
    const options = Object.entries(this.edition.sections).map(([key, name]) => new Option(name, key));
    byId("publish-section").replaceChildren(...options);
    this.closeHeadline();
  }

  /** Something happened on the site. */
  happened({ place, kind, detail }) {
    const edition = this.editions.get(place);
    if (!edition) return;
    const { id, title, path } = detail;
    if (kind === "publish") edition.last = { id, title, path };
    for (const which of ["last", "mine"]) {
      if (edition[which]?.id !== id) continue;
      edition[which] = kind === "remove" ? null : { id, title, path };
    }
    if (place === this.code) {
      this.showLatest();
      this.refresh();
    }
  }

  /** Show the front page as it is now; an article that the visitor reads stays open. */
  refresh() {
    clearTimeout(this.rest);
    this.rest = setTimeout(() => {
      const inside = this.frame.contentWindow;
      try {
        if (!inside.location.pathname.includes("/post/")) inside.location.reload();
      } catch {
        // The visitor has followed a link that leads out of the site: that stays as it is.
      }
    }, REST_MS);
  }

  showLatest() {
    const latest = this.latest;
    byId("latest-title").textContent = latest ? latest.title : "No article to change.";
    for (const id of ["change", "take-away"]) byId(id).disabled = !latest;
  }

  async publish(event) {
    event.preventDefault();
    const section = byId("publish-section").value;
    await this.order(async () => {
      const { id, title, url } = await ask("/control/site/publish", { edition: this.code, section });
      this.edition.mine = { id, title, path: new URL(url).pathname };
      this.frame.src = this.edition.home;
    });
  }

  openHeadline() {
    this.changing = this.latest.id;
    byId("headline-text").value = this.latest.title;
    this.show(true);
    byId("headline-text").select();
  }

  closeHeadline() {
    this.show(false);
    this.showLatest();
  }

  show(headline) {
    byId("headline").hidden = !headline;
    byId("publish").hidden = headline;
    byId("latest").hidden = headline;
  }

  async saveHeadline(event) {
    event.preventDefault();
    const title = byId("headline-text").value.trim();
    if (!title) return;
    await this.order(() => ask(`/control/site/articles/${this.changing}/edit`, { title }));
    this.closeHeadline();
    byId("change").focus();
  }

  async takeAway() {
    await this.order(() => ask(`/control/site/articles/${this.latest.id}/remove`, {}));
  }

  async order(carryOut) {
    try {
      await carryOut();
      this.showLatest();
    } catch (reason) {
      byId("latest-title").textContent = reason.message;
    }
  }
}
