// What the page behind a link says of itself, asked of the sandbox once for each address, when its place comes into view.

import { ask } from "/page/dom.js";

const MOST = 400;
const known = new Map();
const waiting = new WeakMap();
const watch = new IntersectionObserver(
  (entries) => {
    for (const { target, isIntersecting } of entries) {
      if (!isIntersecting) continue;
      watch.unobserve(target);
      waiting.get(target)?.();
    }
  },
  { rootMargin: "800px" },
);

/** The card of a page, or null when it has none. */
export function lookUp(url) {
  if (!known.has(url)) {
    if (known.size >= MOST) known.delete(known.keys().next().value);
    const asked = ask(`/page/card?url=${encodeURIComponent(url)}`);
    known.set(url, asked.catch(() => known.delete(url) && null));
  }
  return known.get(url);
}

/** Fill `place` with `draw(card)` once it is near the eye; without a card it goes. */
export function fill(place, url, draw) {
  waiting.set(place, async () => {
    const card = await lookUp(url);
    if (card) place.replaceChildren(...draw(card));
    place.classList.toggle("none", !card);
    place.classList.remove("wanted");
  });
  place.classList.add("wanted");
  watch.observe(place);
}
