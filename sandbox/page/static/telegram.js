// A message as Telegram's apps draw it: bubble, entities, link preview, photo, buttons, time.

import { fill } from "/page/card.js";
import { icon, link, make, safe, time } from "/page/dom.js";
import { compose, firstLink } from "/page/richtext.js";

const HUES = 7;

/** What a message says, whether it is a text or a photo's caption. */
export const words = (message) => message.text ?? message.caption ?? "";

export const nameOf = (who) => [who.first_name ?? who.title, who.last_name].filter(Boolean).join(" ");

/**
 * The element of a message. `hand` does what a reader can do with it: `press(message, button, key)`, `copy(text)`, `find(id)`,
 * and in chats with people `reply(message)` and `command(text)`; `hand.me()` is the id of the person who looks.
 */
export function bubble(message, hand) {
  const channel = message.chat.type === "channel";
  const own = !channel && message.author.id === hand.me();
  const item = make("li.message", { "data-author": message.author.id, "data-id": message.message_id });
  item.classList.toggle("own", own);
  item.classList.toggle("deleted", message.deleted);
  item.classList.toggle("album", Boolean(message.media_group_id));
  const box = make("article.bubble", { dir: "auto" }, who(message, channel), replied(message, hand), ...content(message, hand));
  const keys = message.deleted ? null : keyboard(message, hand);
  const answer = !channel && !message.deleted && hand.reply && make("button.bare.answer", { type: "button", "aria-label": `Reply to message ${message.message_id}`, "data-hold": "reply", onclick: () => hand.reply(message) }, icon("reply"));
  item.append(...(message.chat.type === "supergroup" ? [face(message.author)] : []), make("div.block", {}, box, keys, answer));
  return item;
}

/** The author's initials in a colour of their own. */
function face(author) {
  const letters = nameOf(author).match(/(?<=^|\s)\p{L}/gu) ?? ["?"];
  return make("span.face", { "data-hue": author.id % HUES, "aria-hidden": "true" }, letters.slice(0, 2).join("").toUpperCase());
}

function who(message, channel) {
  if (channel) return make("p.who", { "data-hue": Math.abs(message.chat.id) % HUES }, message.chat.title);
  return make("p.who", { "data-hue": message.author.id % HUES }, nameOf(message.author));
}

function replied(message, hand) {
  const original = message.reply_to_message;
  if (!original) return null;
  const author = nameOf(original.from ?? original.sender_chat ?? {});
  const said = words(original) || "Photo";
  return make("button.quoted", { type: "button", onclick: () => hand.find(original.message_id) }, make("b", {}, author), make("span", {}, said));
}

function content(message, hand) {
  const text = words(message);
  const entities = message.entities ?? message.caption_entities ?? [];
  const parts = text ? [make("div.text", { dir: "auto" }, compose(text, entities, hand.command))] : [];
  const picture = photo(message);
  const card = picture ? null : preview(message, text, entities);
  const above = message.show_caption_above_media ? [...parts, picture] : [picture, ...parts];
  const shown = message.link_preview_options?.show_above_text ? [card, ...above] : [...above, card];
  const present = shown.filter(Boolean);
  const last = present.at(-1);
  const line = meta(message);
  if (last?.classList.contains("text")) last.append(make("span.room", { "aria-hidden": "true" }, line.textContent));
  else line.classList.add("own-line");
  return [...present, line];
}

function meta(message) {
  const notes = [message.deleted && "deleted", !message.deleted && message.edit_date && "edited", message.silent && "silent"];
  const said = notes.filter(Boolean).map((note) => make(`span.${note}`, {}, note));
  return make("p.meta", {}, ...said.flatMap((note) => [note, " "]), time(message.date * 1000));
}

function photo(message) {
  if (!message.picture) return null;
  const { width, height } = message.photo?.at(-1) ?? {};
  return make("img.photo", { src: message.picture, width, height, alt: words(message) ? "Photo, described below" : "Photo", loading: "lazy" });
}

/** The card of the linked page, as the message's `link_preview_options` wish. */
function preview(message, text, entities) {
  const wish = message.link_preview_options ?? {};
  const url = wish.is_disabled ? null : safe(wish.url ?? firstLink(text, entities) ?? "");
  if (!url) return null;
  const small = wish.prefer_small_media && !wish.prefer_large_media;
  const place = link(url, small ? "a.preview.small" : "a.preview");
  fill(place, url, (card) => [
    make("span.card-words", { dir: "auto" }, make("b.card-site", {}, card.site_name || new URL(url).hostname), make("b.card-title", {}, card.title), make("span.card-about", {}, card.description)),
    card.image && make("img", { src: card.image, alt: card.alt, width: card.width || null, height: card.height || null, loading: "lazy" }),
  ].filter(Boolean));
  return place;
}

function keyboard(message, hand) {
  const rows = message.reply_markup?.inline_keyboard;
  if (!rows) return null;
  return make("div.keys", { role: "group", "aria-label": "Buttons" }, rows.map((row) => make("div.row", {}, row.map((button) => key(message, button, hand)))));
}

function key(message, button, hand) {
  const kind = button.style ? `.${button.style}` : "";
  const label = make("span", { dir: "auto" }, button.text);
  if (button.url) {
    const there = link(button.url, `a.key${kind}`, label, icon("out"));
    there.dataset.hold = button.url;
    return there;
  }
  const copied = button.copy_text?.text;
  const press = copied ? () => hand.copy(copied) : (event) => hand.press(message, button, event.currentTarget);
  const works = copied || button.callback_data;
  return make(`button.key${kind}`, { type: "button", "data-hold": button.callback_data ?? button.text, disabled: !works, onclick: works ? press : null }, label, copied && icon("copy"));
}
