// Defences of bundles that are opened in a browser.
import type { Defence } from './defence.ts';

export const defences: readonly Defence[] = [
  {
    threat: 'a file with bytes that are no text reads differently in another place',
    defence: 'A bundle is UTF-8 or it is none.',
    file: 'src/core/timeline/bundle.ts',
    find: 'fatal: true, ignoreBOM: true',
    replace: 'fatal: false, ignoreBOM: false',
    test: 'test/unit/bundle-in-browser.test.ts',
  },
  {
    threat: 'a key in another form of DER counts in one place and not in the other',
    defence: 'Only the plain SPKI form of an Ed25519 key is taken.',
    file: 'src/core/timeline/signature.ts',
    find: 'derHead.some((byte, at) => der[at] !== byte)',
    replace: 'false',
    test: 'test/unit/bundle-in-browser.test.ts',
  },
  {
    threat: 'a bundle of a newer version is called broken, or whole',
    defence: 'A bundle of another version is said to be that.',
    file: 'src/core/timeline/bundle.ts',
    find: 'if (other !== undefined && other !== bundleVersion)',
    replace: "if (other === '')",
    test: 'test/unit/bundle-on-node.test.ts',
  },
  {
    threat: 'a file of a gigabyte takes the tab with it',
    defence: 'A file that is too large is refused by its size, unread.',
    file: 'src/web/verify/worker/answer.ts',
    find: 'if (file.size > maxFileBytes)',
    replace: 'if (file.size < 0)',
    test: 'test/unit/opened-bundle.test.ts',
    title: 'of a gigabyte',
  },
  {
    threat: 'evidence hides what it says behind direction marks',
    defence: 'Texts of evidence are shown with such marks made visible.',
    file: 'src/web/verify/worker/shown-evidence.ts',
    find: 'visibleText(json ?? text)',
    replace: '(json ?? text)',
    test: 'test/unit/opened-bundle.test.ts',
    title: 'hides no direction marks',
  },
  {
    threat: 'a bundle that was refused leaves the one before it open under its name',
    defence: 'Opening a file closes the one before it.',
    file: 'src/web/verify/worker/answer.ts',
    find: '    opened = null;\n    if',
    replace: '    if',
    test: 'test/unit/opened-bundle.test.ts',
    title: 'once a file was refused',
  },
];
