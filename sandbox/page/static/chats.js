// The Telegram columns: the channels for everyone, and the editors' side with its people, presses and answers.

import { Composer } from "/page/composer.js";
import { ask, byId, make } from "/page/dom.js";
import { Feed } from "/page/feed.js";
import { radios, tabs } from "/page/tabs.js";
import { bubble, nameOf, words } from "/page/telegram.js";
import { alertBox, copy, toast } from "/page/toast.js";

const PATIENCE_MS = 30_000;
const PARTS = { owner: "Owner", editor: "Editor", viewer: "Viewer", stranger: "Stranger" };

export class Chats {
  /** `now` is the state of everything that `/page/now` gives. */
  constructor(now) {
    this.people = now.people;
    this.me = now.people.find((person) => person.id === this.me?.id) ?? now.people[0];
    this.editors = now.editors;
    this.bot = now.bots[0];
    this.most = now.most;
    this.feeds = new Map();
    this.pressed = new Map();
    this.messages = new Map();
    this.column = byId("column-editors");
    this.composer = new Composer(this);
    this.buildChannels(now.channels);
    this.buildEditors();
  }

  buildChannels(channels) {
    const entries = channels.map((channel) => {
      const feed = this.feed(channel.id, channel.title, `Nothing in ${channel.title} yet. What the site publishes appears here within seconds.`);
      return { id: channel.edition, label: channel.edition.toUpperCase(), title: `${channel.title}, @${channel.username}`, panel: make("div.panel", {}, feed.element) };
    });
    byId("channel-stage").replaceChildren(...entries.map(({ panel }) => panel));
    this.channels = channels;
    this.choose = tabs(byId("channel-tabs"), entries);
    this.choose(entries[0].id);
  }

  buildEditors() {
    const group = this.feed(this.editors.id, "The editors' group", "New articles that wait for an editor appear here. Type / for the bot's commands.");
    const alone = this.people.map((person) => this.feed(person.id, `${nameOf(person)} and the bot`, `What ${nameOf(person)} and the bot say to each other. Write /help to begin.`));
    const entries = [
      { id: "group", label: "Group", title: `The group “${this.editors.title}”`, panel: make("div.panel", {}, group.element) },
      { id: "private", label: "Private", title: "Private chat with the bot", panel: make("div.panel", {}, alone.map(({ element }) => element)) },
    ];
    byId("chat-stage").replaceChildren(...entries.map(({ panel }) => panel));
    radios(byId("people"), "person", this.people.map((person) => ({ id: String(person.id), label: PARTS[person.part] ?? person.part, title: nameOf(person) })), String(this.me.id), (id) => this.become(Number(id)));
    tabs(byId("chat-tabs"), entries, (id) => this.open(id))("group");
  }

  feed(id, label, empty) {
    const feed = new Feed({ label, most: this.most, empty });
    this.feeds.set(id, feed);
    return feed;
  }

  /** The chat that the composer writes to. */
  get here() {
    return this.tab === "private" ? this.me.id : this.editors.id;
  }

  open(tab) {
    this.tab = tab;
    this.composer.stopAnswering();
    for (const person of this.people) this.feeds.get(person.id).element.hidden = person.id !== this.me.id;
    this.composer.place(this.tab === "private" ? `${nameOf(this.me)} to the bot` : `${nameOf(this.me)} to the group`);
  }

  /** The visitor plays another person. */
  become(id) {
    this.me = this.people.find((person) => person.id === id);
    for (const item of byId("chat-stage").querySelectorAll(".message")) item.classList.toggle("own", item.dataset.author === String(id));
    this.open(this.tab);
  }

  /** Draw what happened in a chat; gives the column it was in. */
  happened(kind, detail) {
    const { message } = detail;
    const isNew = kind === "sent" || kind === "said";
    if (kind === "answered") this.answered(detail);
    else if (kind !== "pressed") this.draw(message, { live: isNew, known: !isNew });
    const asks = isNew && message.markup?.force_reply && message.chat.id === this.here && message.author.id !== this.me.id;
    if (asks) this.composer.answer(message);
    return this.column.contains(this.feeds.get(message.chat.id)?.element) ? "editors" : "telegram";
  }

  /** A message as it looks now. */
  draw(message, how) {
    const feed = this.feeds.get(message.chat.id);
    feed?.put(message.message_id, bubble(message, this.hand(feed)), how);
  }

  hand(feed) {
    const writes = this.column.contains(feed.element);
    return {
      me: () => this.me.id,
      press: (message, button, key) => this.press(message, button, key),
      find: (id) => feed.find(id),
      copy: (text) => copy(feed.element, text),
      reply: writes && ((message) => this.composer.answer(message)),
      command: writes && ((text) => this.composer.fill(`${text} `)),
    };
  }

  /** Show a post of a channel, by the channel's username; false when it is not here. */
  find(username, id) {
    const channel = this.channels.find((one) => one.username === username);
    if (!channel) return false;
    this.choose(channel.edition);
    return this.feeds.get(channel.id).find(id);
  }

  async press(message, button, key) {
    const column = key.closest(".column");
    const mark = `${message.chat.id} ${message.message_id} ${button.callback_data} ${this.me.id}`;
    if (this.pressed.has(mark)) return;
    key.classList.add("pressing");
    const wait = setTimeout(() => this.settle(mark, "The bot has not answered."), PATIENCE_MS);
    this.pressed.set(mark, { key, column, wait });
    try {
      await ask("/control/telegram/press", { chat_id: message.chat.id, message_id: message.message_id, data: button.callback_data, user_id: this.me.id });
    } catch (reason) {
      this.settle(mark, reason.message);
    }
  }

  /** The bot answered a press of the visitor's. */
  answered({ message, user_id: user, data, text, show_alert: loud }) {
    this.settle(`${message.chat.id} ${message.message_id} ${data} ${user}`, text, loud);
  }

  settle(mark, text, loud = false) {
    const press = this.pressed.get(mark);
    if (!press) return;
    clearTimeout(press.wait);
    this.pressed.delete(mark);
    press.key.classList.remove("pressing");
    if (text && loud) alertBox(text);
    else if (text) toast(press.column, text);
  }

  async say(text, replyTo) {
    const order = { chat_id: this.here, user_id: this.me.id, text };
    if (replyTo) order.reply_to_message_id = replyTo;
    await ask("/control/telegram/say", order);
    this.feeds.get(this.here).toNewest();
  }

  /** The commands that the bot offers to this person in this chat. */
  async commands() {
    return (await ask(`/page/commands?chat_id=${this.here}&user_id=${this.me.id}`)).commands;
  }

  snippet(message) {
    return `${nameOf(message.author)}: ${words(message) || "Photo"}`;
  }
}
