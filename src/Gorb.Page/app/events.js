import { html } from './html.js';
import { clock } from './format.js';

const EventRow = ({ event }) => html`<li class=${event.type}>
  <time datetime=${event.time}>${clock(new Date(event.time))}</time>
  <span class="kind">${event.type}</span>
  <span class="what">${event.service && html`<a href=${`#/service/${encodeURIComponent(event.service)}`}>${event.service}${event.backend ? `/${event.backend}` : ''}</a> `}${event.text}</span>
  <span class="by">${event.actor ?? ''}</span>
</li>`;

/** What happens, as it happens, the newest first. */
export function Events({ state }) {
  return html`<section class="events" aria-label="Events">
    <h2>Events</h2>
    ${state.events.length === 0 ? html`<p class="none">Nothing has happened since this page is open.</p>` : html`<ol tabindex="0" aria-label="Events, the newest first">${state.events.map((event) => html`<${EventRow} key=${event.id} event=${event} />`)}</ol>`}
  </section>`;
}
