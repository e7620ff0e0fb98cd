// Elements made from text and checked addresses only: nothing here can turn a text into markup.

/** `make("button.solid", {type: "button", onclick: f, hidden: true}, "text", node)`; null and false leave things out. */
export function make(kind, properties = {}, ...children) {
  const [tag, ...classes] = kind.split(".");
  const element = document.createElement(tag || "div");
  if (classes.length) element.classList.add(...classes);
  for (const [name, value] of Object.entries(properties)) {
    if (value === null || value === undefined || value === false) continue;
    if (typeof value === "function") element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

/** One of the icons that index.html defines. */
export function icon(name) {
  const drawing = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  drawing.setAttribute("aria-hidden", "true");
  use.setAttribute("href", `#i-${name}`);
  drawing.append(use);
  return drawing;
}

/** The address, when it is one that a page may lead to: http or https. Otherwise null. */
export function safe(address) {
  try {
    const url = new URL(address);
    return url.protocol === "http:" || url.protocol === "https:" ? url.href : null;
  } catch {
    return null;
  }
}

/** A link to elsewhere; an address that is none of the web's is only shown. */
export function link(address, kind, ...children) {
  const href = safe(address);
  if (!href) return make(kind.replace(/^a/, "span"), {}, ...children);
  return make(kind, { href, title: href, target: "_blank", rel: "noopener noreferrer nofollow" }, ...children);
}

let clock = null;
let exact = null;

/** All times are shown in this zone from now on: the newsroom's, as in the bot's own words. */
export function setZone(timeZone) {
  clock = new Intl.DateTimeFormat([], { timeZone, hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
  exact = new Intl.DateTimeFormat([], { timeZone, dateStyle: "long", timeStyle: "long", hourCycle: "h23" });
}

/** A moment (milliseconds) as hours and minutes, in full in its title. */
export function time(moment, kind = "time") {
  const at = new Date(moment);
  return make(kind, { datetime: at.toISOString(), title: exact.format(at) }, clock.format(at));
}

export const byId = (id) => document.getElementById(id);

/** The JSON of an answer, or an Error with the server's own words. */
export async function ask(path, order) {
  const options = order === undefined ? {} : { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(order) };
  let answer;
  try {
    answer = await fetch(path, options);
  } catch {
    throw new Error("The sandbox does not answer.");
  }
  const body = await answer.json().catch(() => ({}));
  if (!answer.ok) throw new Error(body.error ?? `The sandbox answers ${answer.status}.`);
  return body;
}
