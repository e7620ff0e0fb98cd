// Rows of choices: tabs over stages, and radio buttons that look like them. Arrow keys move, as people expect.

import { make } from "/page/dom.js";

/** Tabs in `row`. Each entry: `{id, label, title, panel}`; `chosen(id)` is told. Gives `choose(id)`. */
export function tabs(row, entries, chosen) {
  const buttons = entries.map((entry) => {
    const { id, label, title, panel } = entry;
    panel.id = `panel-${id}`;
    panel.setAttribute("role", "tabpanel");
    panel.setAttribute("aria-label", title);
    const properties = { id: `tab-${id}`, type: "button", role: "tab", title, "aria-controls": panel.id, lang: entry.lang };
    return make("button", { ...properties, onclick: () => choose(id) }, label);
  });
  row.replaceChildren(...buttons);
  row.onkeydown = (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    const at = buttons.indexOf(document.activeElement);
    if (!step || at < 0) return;
    const next = (at + step + buttons.length) % buttons.length;
    choose(entries[next].id);
    buttons[next].focus();
    event.preventDefault();
  };
  function choose(id) {
    entries.forEach((entry, at) => {
      const on = entry.id === id;
      buttons[at].setAttribute("aria-selected", on);
      buttons[at].tabIndex = on ? 0 : -1;
      entry.panel.hidden = !on;
    });
    chosen?.(id);
  }
  return choose;
}

/** Radio buttons in `row`. Each entry: `{id, label, title}`. */
export function radios(row, name, entries, first, chosen) {
  const choices = entries.map(({ id, label, title, lang }) => {
    const input = make("input", { type: "radio", name, value: id, checked: id === first, onchange: () => chosen(id) });
    return make("label", { title, lang }, input, make("span", {}, label));
  });
  row.replaceChildren(...choices);
}
