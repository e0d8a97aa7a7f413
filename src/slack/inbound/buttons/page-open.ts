// The buttons that lead to the page: Slack opens the address and tells of the click all the same. Holds no rule.
import { defineButton } from '../surface.ts';

/** The button. */
export const pageOpen = defineButton({
  name: 'page_open',
  about: 'look at it on the page',
  right: 'view',
  async press() {
    return null;
  },
});
