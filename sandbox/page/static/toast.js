// Short words over a column, and alerts that wait for an OK.

import { byId, make } from "/page/dom.js";

const SHOWN_MS = 3500;

/** Say something over the column that `place` is in (or is). */
export function toast(place, text) {
  const room = place.closest(".column").querySelector(".toasts");
  const said = make("p.toast", { dir: "auto" }, text);
  room.append(said);
  while (room.children.length > 3) room.firstElementChild.remove();
  setTimeout(() => said.remove(), SHOWN_MS);
}

/** What Telegram shows for `show_alert`. */
export function alertBox(text) {
  byId("alert-text").textContent = text;
  if (!byId("alert").open) byId("alert").showModal();
}

/** Copy, and say so. */
export async function copy(place, text) {
  try {
    await navigator.clipboard.writeText(text);
    toast(place, "Copied to the clipboard.");
  } catch {
    toast(place, `Copy it by hand: ${text}`);
  }
}
