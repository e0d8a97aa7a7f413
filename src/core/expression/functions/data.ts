// Data in text: JSON and URLs.
import { type CelFunc, celFunc } from '@bufbuild/cel';
import { readJson } from '../../read-json.ts';
import { spend, stepsOfText } from '../meter.ts';
import { fromCel, toCel } from '../values.ts';
import { DYN, MAP, STRING } from './cel-types.ts';

/** Reading JSON makes many small values of a text; they cost more than the text. */
const readingCost = 8;

function decode(text: string) {
  spend(stepsOfText(text.length * readingCost));
  const value = readJson(Buffer.from(text));
  if (!value.ok) throw new Error(`json.decode: ${value.error.replace('the body', 'the text')}`);
  return toCel(value.value.json);
}

/** `encodeURIComponent`, and of what it leaves alone the four that RFC 3986 reserves too. */
const encodeUrl = (text: string): string =>
  encodeURIComponent(text.toWellFormed()).replace(
    /[!'()*]/g,
    (letter) => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`,
  );

function decodeUrl(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new Error('url.decode: a % stands before something that is no code');
  }
}

function parseUrl(text: string) {
  if (!URL.canParse(text)) throw new Error('url.parse: the text is no URL');
  const { protocol, hostname, port, pathname, searchParams, hash } = new URL(text);
  return new Map<string, ReturnType<typeof toCel>>([
    ['scheme', protocol.slice(0, -1)],
    ['host', hostname],
    ['port', port],
    ['path', pathname],
    ['query', toCel(Object.fromEntries(searchParams))],
    ['fragment', hash.slice(1)],
  ]);
}

/** The functions. */
export const dataFunctions: readonly CelFunc[] = [
  celFunc('json.decode', [STRING], DYN, decode),
  celFunc('json', [STRING], DYN, decode),
  celFunc('json.encode', [DYN], STRING, (value) => JSON.stringify(fromCel(value))),
  celFunc('url.encode', [STRING], STRING, encodeUrl),
  celFunc('url.decode', [STRING], STRING, decodeUrl),
  celFunc('url.parse', [STRING], MAP, parseUrl),
];
