// Telegram's text and entities as elements. Offsets are UTF-16 units, as JavaScript's own strings have them.

import { link, make } from "/page/dom.js";

const PLAIN = { bold: "b", italic: "i", underline: "u", strikethrough: "s", code: "code", pre: "pre", blockquote: "blockquote", expandable_blockquote: "blockquote" };

/** Nodes for `text`. `onCommand(command)`, where given, makes commands something to press. */
export function compose(text, entities = [], onCommand = null) {
  const sorted = [...entities].sort((a, b) => a.offset - b.offset || b.length - a.length);
  return within(text, sorted, 0, text.length, onCommand);
}

/** The nodes between two offsets; entities inside one another become elements inside one another. */
function within(text, entities, start, end, onCommand) {
  const nodes = [];
  let place = start;
  for (let at = 0; at < entities.length; ) {
    const entity = entities[at];
    const last = Math.min(entity.offset + entity.length, end);
    let after = at + 1;
    while (after < entities.length && entities[after].offset < last) after += 1;
    if (entity.offset > place) nodes.push(text.slice(place, entity.offset));
    const inside = within(text, entities.slice(at + 1, after), entity.offset, last, onCommand);
    nodes.push(dress(entity, text.slice(entity.offset, last), inside, onCommand));
    place = last;
    at = after;
  }
  if (place < end) nodes.push(text.slice(place, end));
  return nodes;
}

function dress(entity, shown, inside, onCommand) {
  const tag = PLAIN[entity.type];
  if (tag) return make(tag, {}, inside);
  switch (entity.type) {
    case "text_link":
      return link(entity.url, "a", inside);
    case "url":
      return link(/^[a-z]+:\/\//i.test(shown) ? shown : `http://${shown}`, "a", inside);
    case "spoiler":
      return make("button.spoiler", { type: "button", "aria-label": "Hidden text", onclick: reveal }, inside);
    case "bot_command":
      return onCommand ? make("button.word", { type: "button", onclick: () => onCommand(shown) }, inside) : make("span.word", {}, inside);
    case "hashtag":
    case "cashtag":
    case "mention":
    case "text_mention":
    case "email":
      return make("span.word", {}, inside);
    default:
      return make("span", {}, inside);
  }
}

function reveal(event) {
  event.currentTarget.classList.add("open");
  event.currentTarget.removeAttribute("aria-label");
}

/** The first address in a text: the one a preview is made of. */
export function firstLink(text, entities = []) {
  const entity = entities.find(({ type }) => type === "url" || type === "text_link");
  if (!entity) return null;
  const shown = text.slice(entity.offset, entity.offset + entity.length);
  return entity.url ?? (/^[a-z]+:\/\//i.test(shown) ? shown : `http://${shown}`);
}
