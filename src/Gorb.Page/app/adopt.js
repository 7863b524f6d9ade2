import { html } from './html.js';
import { useState } from './vendor/hooks.js';
import { path, put } from './api.js';
import { readKernel } from './store.js';
import { plural } from './format.js';
import { endpointOf, placeOf } from './unmanaged.js';
import { Confirm } from './confirm.js';

const methods = { masquerade: 'nat', directroute: 'dr', tunnel: 'tunnel' };

/** The body of a backend that takes over a destination. Weight 0 in a PUT would mean the default, so such a destination goes on draining. */
const backendOf = ({ key, forwarding, weight, tunnel, upper_threshold, lower_threshold }) => ({
  ...endpointOf(key),
  method: methods[forwarding] ?? 'nat',
  ...(weight > 0 ? { weight } : { drain: true }),
  ...(forwarding === 'tunnel' ? { tunnel } : {}),
  upper_threshold,
  lower_threshold,
});

const serviceOf = (entry) => ({
  ...placeOf(entry.key),
  method: entry.scheduler,
  flags: entry.flags,
  ops: entry.ops,
  ...(entry.persistence_seconds ? { persistence: { timeout: `${entry.persistence_seconds}s`, netmask: entry.persistence_netmask, engine: entry.persistence_engine } } : {}),
});

const onlyNew = { 'If-None-Match': '*' };
const isName = (name) => /^[^\s/%\p{Cc}]{1,255}$/u.test(name);

async function adoptService(entry, name) {
  await put(`service/${path(name)}`, serviceOf(entry), onlyNew);
  for (const [index, destination] of entry.destinations.entries()) {
    await put(`service/${path(name, `b${index + 1}`)}`, backendOf(destination), onlyNew);
  }
  readKernel();
}

async function adoptBackend(entry, destination, name) {
  await put(`service/${path(entry.service, name)}`, backendOf(destination), onlyNew);
  readKernel();
}

/** Confirms the adoption of an unmanaged entry. */
export function Adoption({ action: { entry, destination }, close }) {
  const [name, setName] = useState(destination ? `b${destination.key.replace(/[^\w.]+/g, '-')}` : entry.key.replace(/[^\w.]+/g, '-'));
  const what = destination ? destination.key : entry.key;
  return html`<${Confirm} title=${`Adopt ${what}`} verb="Adopt" isReady=${isName(name)} act=${() => (destination ? adoptBackend(entry, destination, name) : adoptService(entry, name))} close=${close}>
    <p class="field"><label for="name">${destination ? `Name of the backend in ${entry.service}` : 'Name of the service'}</label><input id="name" required autofocus autocomplete="off" spellcheck="false" maxlength="255" value=${name} onInput=${(event) => setName(event.target.value)} /></p>
    <div class="effects consequences"><ul>
      <li>Gorb manages the entry in place; open connections go on.</li>
      ${destination
        ? html`<li>${what} becomes a backend of ${entry.service}${destination.weight > 0 ? ` with weight ${destination.weight}` : ', which drains: its weight is 0'}.</li>`
        : html`<li>All its settings stay as they are: scheduler ${entry.scheduler}${entry.flags ? ` with ${entry.flags}` : ''}, ${plural(entry.destinations.length, 'destination becomes a backend', 'destinations become backends')} with the same settings.</li>`}
      <li>From then on Gorb checks ${destination ? 'it' : 'them'} by TCP connect, unless the protocol is UDP or SCTP, and takes out what does not answer.</li>
    </ul></div>
  <//>`;
}
