// A sentence of the program on the page: the instants in it as the reader counts time. Shows text only, never markup.
import { Fragment } from 'react';
import { partsOfSentence } from '../model/sentence.ts';
import { Instant } from './time.tsx';

/** The sentence. */
export const Said = ({ text }: { text: string }) =>
  partsOfSentence(text).map((part, place) => (
    <Fragment key={`${place}${part.text}`}>{part.isInstant ? <Instant at={part.text} /> : part.text}</Fragment>
  ));
