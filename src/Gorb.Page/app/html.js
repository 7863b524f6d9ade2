import htm from './vendor/htm.js';
import { h } from './vendor/preact.js';

/** Templates: html`<p>${text}</p>`. Values are text, never markup. */
export const html = htm.bind(h);
