import { html } from './html.js';
import { useEffect } from './vendor/hooks.js';
import { may, readKernel } from './store.js';
import { plural } from './format.js';

/** Entries of the kernel's table that Gorb does not manage: whole services, and destinations in services of Gorb. */
export function unmanagedOf(ipvs) {
  return (ipvs?.services ?? []).flatMap((entry) =>
    entry.managed ? entry.destinations.filter((one) => !one.managed).map((destination) => ({ entry, destination, key: `${entry.key} ${destination.key}` })) : [{ entry, destination: null, key: entry.key }]);
}

export const countUnmanaged = (ipvs) => unmanagedOf(ipvs).length;

/** "tcp/10.9.0.100:80", "tcp/[fd00::1]:80" or "fwmark6/7" as the members of a body. */
export function placeOf(key) {
  const [kind, rest] = key.split(/\/(.*)/s);
  if (kind === 'fwmark' || kind === 'fwmark6') return { fwmark: Number(rest), family: kind === 'fwmark6' ? 'ipv6' : 'ipv4' };
  return { protocol: kind, ...endpointOf(rest) };
}

/** "10.9.0.21:80" or "[fd00::1]:80" as host and port. */
export function endpointOf(text) {
  const colon = text.lastIndexOf(':');
  return { host: text.slice(0, colon).replace(/^\[|\]$/g, ''), port: Number(text.slice(colon + 1)) };
}

const readEvery = 30_000;

export function Unmanaged({ state, ask }) {
  useEffect(() => {
    readKernel();
    const timer = setInterval(() => document.hidden || readKernel(), readEvery);
    return () => clearInterval(timer);
  }, []);
  const { ipvs } = state;
  const entries = unmanagedOf(ipvs);
  const canWrite = may(state.access, 'write') && state.connection === 'live';
  return html`<section class="sheet" tabindex="0" aria-label="Unmanaged entries">
    <h1>Unmanaged entries of the kernel</h1>
    <p class="lead">Other programs made these. Gorb leaves them alone until they are adopted; adopting cuts no connection.</p>
    ${ipvs?.problem && html`<p class="remark bad">${ipvs.problem}</p>`}
    ${ipvs && !ipvs.problem && entries.length === 0 && html`<p class="none">There are none.</p>`}
    <ul class="cards">${entries.map(({ entry, destination, key }) => html`<li key=${key}>
      <div><code>${entry.key}</code>${entry.service && html` (${entry.service})`}${destination && html` → <code>${destination.key}</code>`}</div>
      <p class="quiet">${destination
        ? `weight ${destination.weight}, ${destination.forwarding}, ${plural(destination.active_connections + destination.inactive_connections, 'connection')}`
        : `${entry.scheduler}, ${plural(entry.destinations.length, 'destination')}: ${entry.destinations.map((one) => `${one.key} weight ${one.weight}`).join(', ') || 'none'}`}</p>
      ${canWrite && html`<button onClick=${() => ask({ id: Date.now(), type: 'adopt', entry, destination })}>Adopt</button>`}
    </li>`)}</ul>
  </section>`;
}
