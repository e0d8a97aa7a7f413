// The worker: takes questions from the page, one after the other, and replies. Makes no request; its policy allows none.
import './without-eval.ts';
import type { Question, VerifierReply } from '../messages.ts';
import { createAnswerer } from './answer.ts';

const answer = createAnswerer();
const reply = (message: VerifierReply) => postMessage(message);

async function take(question: Question): Promise<void> {
  const { id } = question;
  try {
    reply({ id, type: 'answer', answer: await answer(question, (step) => reply({ id, type: 'step', step })) });
  } catch (error) {
    reply({ id, type: 'failed', message: error instanceof Error ? error.message : String(error) });
  }
}

let before: Promise<void> = Promise.resolve();
addEventListener('message', ({ data }: MessageEvent<Question>) => {
  before = before.then(() => take(data));
});
