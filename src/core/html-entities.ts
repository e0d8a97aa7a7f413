// The characters that mean something in HTML, as entities. Pure.

const entities: { readonly [character: string]: string } = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** A text with an entity in place of each such character, in the form that most encoders write. */
export const withEntities = (text: string): string =>
  text.replace(/[&<>"']/g, (character) => entities[character] ?? character);
