// A post as X draws it: name, handle, shortened links, pictures with their alt text, or the card of the last link.

import { fill } from "/page/card.js";
import { icon, link, make, time } from "/page/dom.js";

const WORDS = /[#＃][\p{L}\p{N}\p{M}_]+|[@＠][A-Za-z0-9_]{1,15}/gu;

/** The element of a post as `/control/x/posts` gives it. */
export function post(shown) {
  const item = make("li.post", { "data-id": shown.id });
  item.classList.toggle("deleted", shown.deleted);
  const notes = [shown.edited && "edited", shown.deleted && "deleted"].filter(Boolean);
  const head = make("p.post-head", {}, make("b", {}, shown.name), make("span", {}, `@${shown.username}`), make("span", { "aria-hidden": "true" }, "·"), time(shown.at), notes.map((note) => make(`span.${note}`, {}, note)));
  const body = make("article.post-body", {}, head, make("p.post-text", { dir: "auto" }, text(shown)), media(shown), card(shown), tools());
  item.append(make("span.portrait", { "aria-hidden": "true" }, shown.name.slice(0, 1)), body);
  return item;
}

/** Offsets are code points, so the text is taken apart by those. */
function text(shown) {
  const letters = Array.from(shown.text);
  const nodes = [];
  let place = 0;
  for (const { start, end, target } of shown.links) {
    nodes.push(...marked(letters.slice(place, start).join("")));
    nodes.push(link(target, "a", letters.slice(start, end).join("")));
    place = end;
  }
  nodes.push(...marked(letters.slice(place).join("")));
  return nodes;
}

/** Hashtags and names in their colour. */
function marked(plain) {
  const nodes = [];
  let place = 0;
  for (const hit of plain.matchAll(WORDS)) {
    nodes.push(plain.slice(place, hit.index), make("span.word", {}, hit[0]));
    place = hit.index + hit[0].length;
  }
  nodes.push(plain.slice(place));
  return nodes;
}

function media(shown) {
  if (!shown.media.length) return null;
  const pictures = shown.media.map(({ src, alt, type, width, height }) => {
    const picture = type === "video" ? make("video", { src, controls: true }) : make("img", { src, alt, width: width || null, height: height || null, loading: "lazy" });
    return make("figure", {}, picture, alt && make("span.alt", { title: alt, "aria-hidden": "true" }, "ALT"));
  });
  return make("div.media", { "data-count": pictures.length }, pictures);
}

function card(shown) {
  if (!shown.card) return null;
  const place = link(shown.card.url, "a.link-card");
  fill(place, shown.card.url, ({ title, image, alt, width, height }) => [
    image && make("span.shot", {}, make("img", { src: image, alt, width: width || null, height: height || null, loading: "lazy" }), make("span.shot-title", { dir: "auto" }, title)),
    make("span.from", {}, image ? `From ${shown.card.domain}` : title),
  ].filter(Boolean));
  return place;
}

/** What stands below every post; readers of this page only look at it. */
function tools() {
  return make("div.tools", { "aria-hidden": "true" }, ["comment", "repost", "like", "save"].map(icon));
}
