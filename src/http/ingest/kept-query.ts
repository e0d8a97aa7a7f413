// Fields of the query that are kept with a delivery: beside its headers, under a name that no header has. Reads no URL.
type Texts = { readonly [name: string]: string };

/** As HTTP/2 names what is no header (RFC 9113, 8.3): no request can bring a header of this name. */
const pseudoHeader = ':query';

/** Headers with the fields that are kept. */
export function withQuery(headers: Texts, query: Texts): Texts {
  const text = new URLSearchParams(query).toString();
  return text === '' ? headers : { ...headers, [pseudoHeader]: text };
}

/** The fields that were kept. */
export function keptQuery(headers: { readonly [name: string]: string | undefined }): Texts {
  return Object.fromEntries(new URLSearchParams(headers[pseudoHeader] ?? ''));
}
