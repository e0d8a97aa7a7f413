// The shortcuts. One more is one file and one line here, and its name in the app's manifest.
export { addToTimeline } from './add-to-timeline.ts';
export { declare } from './declare.ts';
export { declareFromMessage } from './declare-from-message.ts';
