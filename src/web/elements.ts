// Elements out of data, as text and never as markup, and lists that leave alone what has not changed. Knows no incident.

/** An element with its attributes and content. */
export function element<K extends keyof HTMLElementTagNameMap>(
  name: K,
  attributes: Readonly<Record<string, string>> = {},
  ...content: (Node | string)[]
): HTMLElementTagNameMap[K] {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...content);
  return made;
}

/** A part of the page that is there. */
export function byId<E extends HTMLElement = HTMLElement>(id: string): E {
  const found = document.getElementById(id);
  if (!found) throw new Error(`the page has no #${id}`);
  return found as E;
}

/** A button. */
export function button(label: string, act: () => void, attributes: Record<string, string> = {}): HTMLButtonElement {
  const made = element('button', { type: 'button', ...attributes }, label);
  made.addEventListener('click', act);
  return made;
}

/** An instant, in the reader's own time. */
export function instant(iso: string): HTMLTimeElement {
  return element('time', { datetime: iso }, new Date(iso).toLocaleString());
}

const drawn = new WeakMap<Element, string>();

/** Fills a list. An entry whose data is as before keeps its element, and with it the focus and what was typed. */
export function fill<T>(
  list: HTMLElement,
  items: readonly T[],
  keyOf: (item: T) => string,
  draw: (item: T) => HTMLElement,
  empty: string,
): void {
  const before = new Map([...list.children].map((child) => [(child as HTMLElement).dataset.key, child]));
  const after = items.map((item) => {
    const key = keyOf(item);
    const data = JSON.stringify(item);
    const kept = before.get(key);
    if (kept && drawn.get(kept) === data) return kept;
    const made = draw(item);
    made.dataset.key = key;
    drawn.set(made, data);
    return made;
  });
  if (after.length === 0) {
    list.replaceChildren(element('li', { class: 'empty' }, empty));
    return;
  }
  // Elements that stay in place are not touched: moving one would take the focus away.
  for (const child of [...list.children]) if (!after.includes(child)) child.remove();
  after.forEach((child, i) => {
    if (list.children[i] !== child) list.insertBefore(child, list.children[i] ?? null);
  });
}
