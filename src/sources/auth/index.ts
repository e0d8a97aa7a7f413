// The auth schemes. One more is one file and one line here; registry.ts collects them.
export { basic } from './basic.ts';
export { bearer } from './bearer.ts';
export { header } from './header.ts';
export { hmac } from './hmac.ts';
export { none } from './none.ts';
export { query } from './query.ts';
