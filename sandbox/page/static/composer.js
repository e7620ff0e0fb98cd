// Where the visitor writes to the bot: text, replies, and the menu of commands behind "/".

import { byId, make } from "/page/dom.js";
import { toast } from "/page/toast.js";

export class Composer {
  constructor(chats) {
    this.chats = chats;
    this.replyTo = null;
    this.offers = [];
    this.at = -1;
    this.box = byId("words");
    this.menu = byId("menu");
    const form = byId("composer");
    form.onsubmit = (event) => this.send(event);
    this.box.oninput = () => this.offer();
    this.box.onkeydown = (event) => this.key(event);
    this.box.onblur = () => this.close();
    byId("answering-stop").onclick = () => this.stopAnswering();
  }

  place(label) {
    this.close();
    this.box.setAttribute("aria-label", label);
  }

  fill(text) {
    this.box.value = text;
    this.box.focus();
    this.close();
  }

  answer(message) {
    this.replyTo = message.message_id;
    byId("answering-to").textContent = this.chats.snippet(message);
    byId("answering").hidden = false;
    this.box.focus();
  }

  stopAnswering() {
    this.replyTo = null;
    byId("answering").hidden = true;
  }

  async send(event) {
    event?.preventDefault();
    const text = this.box.value.trim();
    if (!text) return;
    const replyTo = this.replyTo;
    this.box.value = "";
    this.close();
    this.stopAnswering();
    try {
      await this.chats.say(text, replyTo);
    } catch (reason) {
      this.box.value ||= text;
      toast(this.box, reason.message);
    }
  }

  /** While a command is being typed, those of the bot's that begin so. */
  async offer() {
    const typed = this.box.value;
    if (!/^\/\w*$/.test(typed)) return this.close();
    let commands;
    try {
      commands = await this.chats.commands();
    } catch {
      commands = [];
    }
    if (this.box.value !== typed || document.activeElement !== this.box) return;
    this.offers = commands.filter(({ command }) => command.startsWith(typed.slice(1).toLowerCase()));
    this.menu.replaceChildren(...this.offers.map((offer, at) => this.option(offer, at)));
    this.menu.hidden = this.offers.length === 0;
    this.box.setAttribute("aria-expanded", this.offers.length > 0);
    this.mark(this.offers.length ? 0 : -1);
  }

  option({ command, description }, at) {
    const choose = (event) => {
      event.preventDefault();
      this.take(at);
    };
    return make("li", { role: "option", id: `offer-${at}`, onpointerdown: choose }, make("b", {}, `/${command}`), make("span", {}, description));
  }

  mark(at) {
    this.at = at;
    [...this.menu.children].forEach((item, place) => item.setAttribute("aria-selected", place === at));
    if (at < 0) this.box.removeAttribute("aria-activedescendant");
    else this.box.setAttribute("aria-activedescendant", `offer-${at}`);
    this.menu.children[at]?.scrollIntoView({ block: "nearest" });
  }

  take(at) {
    this.fill(`/${this.offers[at].command} `);
  }

  close() {
    this.menu.hidden = true;
    this.offers = [];
    this.box.setAttribute("aria-expanded", "false");
    this.mark(-1);
  }

  key(event) {
    if (event.isComposing) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (this.offers.length && step) {
      this.mark((this.at + step + this.offers.length) % this.offers.length);
    } else if (this.offers.length && event.key === "Escape") {
      this.close();
    } else if (this.offers.length && event.key === "Tab" && !event.shiftKey) {
      this.take(this.at);
    } else if (event.key === "Escape" && this.replyTo) {
      this.stopAnswering();
    } else if (event.key === "Enter" && !event.shiftKey) {
      const whole = this.offers[this.at] && this.box.value !== `/${this.offers[this.at].command}`;
      if (whole) this.take(this.at);
      else this.send();
    } else {
      return;
    }
    event.preventDefault();
  }
}
