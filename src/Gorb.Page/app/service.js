import { html } from './html.js';
import { find, historyOf, may } from './store.js';
import { useMedia, useNow, usePolled } from './hooks.js';
import { bytes, short, span } from './format.js';
import { Spark, last, sum } from './spark.js';
import { Rows } from './rows.js';
import { Why } from './why.js';
import { byName } from './model.js';

const historyEvery = 10_000;

const Rate = ({ name, values, text, tone }) => html`<div class="rate"><span class="label">${name}</span><span class="value">${text}</span><${Spark} values=${values} tone=${tone} /></div>`;

/** Connections, packets and bytes a second, now and over the last quarter of an hour. */
function Rates({ history }) {
  const packets = sum(history?.in_packets, history?.out_packets);
  const traffic = sum(history?.in_bytes, history?.out_bytes);
  return html`
    <${Rate} name="conn/s" values=${history?.connections} text=${short(last(history?.connections))} />
    <${Rate} name="pkt/s" values=${packets} text=${short(last(packets))} tone="second" />
    <${Rate} name="B/s" values=${traffic} text=${bytes(last(traffic))} tone="third" />`;
}

/** The last result of each check, the failing one first. */
function Check({ backend, now }) {
  const check = backend.failing ?? backend.checks[0];
  if (!check) return html`<span class="check quiet">not checked</span>`;
  const result = check.status === 'down' ? 'fails' : check.status === 'up' ? 'passes' : 'no result yet';
  return html`<span class="check" title=${backend.checks.map((one) => `${one.type} ${one.target}: ${one.reason}`).join('\n')}>
    <span>${check.type} ${result}</span>
    <span class="quiet">${check.latency_ms === undefined ? '' : `${short(check.latency_ms)} ms`}${check.at ? `, ${span(now - Date.parse(check.at))} ago` : ''}</span>
  </span>`;
}

function Weight({ backend }) {
  const { kernel, weight } = backend;
  const differs = kernel ? kernel.weight !== weight : true;
  return html`<span class="weight"><span class="label">weight</span><b>${weight}</b><span class=${differs ? 'differs' : 'quiet'}>${kernel ? `kernel ${kernel.weight}` : 'not in kernel'}</span></span>`;
}

function Actions({ service, backend, ask }) {
  const start = (type) => () => ask({ id: Date.now(), type, service: service.name, backend: backend.name });
  const isDraining = backend.state === 'draining';
  return html`<span class="actions" role="group" aria-label=${`Actions on ${backend.name}`}>
    <button onClick=${start(isDraining ? 'resume' : 'drain')}>${isDraining ? 'Resume' : 'Drain'}</button>
    <button onClick=${start('weight')}>Weight</button>
    <button onClick=${start('force')}>Force</button>
    ${backend.operator && html`<button onClick=${start('lift')}>Lift</button>`}
  </span>`;
}

const stateWords = { up: 'Up', down: 'Down', draining: 'Draining', drift: 'Drift', unchecked: 'Unchecked' };

/** What an operator has set, in short. */
const overrides = (backend) => [backend.force !== 'none' && `forced ${backend.force}`, backend.operator && 'overridden'].filter(Boolean).join(', ');

function BackendRow({ service, backend, history, now, canOperate, ask }) {
  return html`
    <span class="status"><span class=${`pill ${backend.state}`}>${stateWords[backend.state]}</span><span class="quiet">${span(now - backend.since)}</span></span>
    <span class="who"><b>${backend.name}</b><span class="place" title=${`${backend.place}, ${backend.method}`}>${backend.place}${backend.method === 'nat' ? '' : ` ${backend.method}`}</span></span>
    <span class="reason" title=${backend.reason}><span>${backend.reason || '–'}</span><span class="quiet">${overrides(backend)}</span></span>
    <${Weight} backend=${backend} />
    <span class="conns"><span class="label">conn</span><b>${short(backend.connections)}</b><span class="quiet">${short(backend.kernel?.active_connections ?? 0)} active</span></span>
    <${Rates} history=${history} />
    <${Check} backend=${backend} now=${now} />
    ${canOperate ? html`<${Actions} service=${service} backend=${backend} ask=${ask} />` : html`<span class="actions"></span>`}`;
}

const order = { down: 0, drift: 1, draining: 2, unchecked: 3, up: 4 };
const byState = (a, b) => order[a.state] - order[b.state] || byName(a.name, b.name);

function Summary({ service, history }) {
  const counts = Object.entries(service.count).filter(([, count]) => count > 0).map(([state, count]) => `${count} ${state}`).join(', ');
  return html`<div class="summary">
    <h1>${service.name}</h1>
    <p><code>${service.place}</code> ${service.protocol ?? ''} · ${service.method} · source ${service.source} · ${counts || 'no backends'} · ${short(service.connections)} connections</p>
    <div class="rates"><${Rates} history=${history} /></div>
  </div>`;
}

/** One service with its backends. */
export function Service({ name, part, state, ask }) {
  const now = useNow();
  const height = useMedia('(max-width: 40rem)') ? 248 : useMedia('(max-width: 87rem)') ? 102 : 64;
  const history = usePolled(() => historyOf(name), historyEvery, name).data;
  const service = find(name);
  const back = html`<a class="back" href="#/">Services</a>`;
  if (!service) return html`<section class="service" aria-label="Service">${back}<p class="none">${state.overview ? `There is no service ${name}.` : ''}</p></section>`;
  const canOperate = may(state.access, 'operate') && state.connection === 'live';
  const backends = [...service.backends].sort(byState);
  return html`<section class="service" aria-label=${`Service ${name}`}>
    ${back}
    <${Summary} service=${service} history=${history?.service} />
    ${service.unmanaged.length > 0 && html`<p class="remark">Not managed in its kernel entry: ${service.unmanaged.join(', ')}. <a href="#/unmanaged">Adopt</a></p>`}
    ${service.kernel_error && html`<p class="remark bad">${service.kernel_error}</p>`}
    <${Rows} class="backends" role="list" aria-label="Backends, failures first" tabindex="0" items=${backends} height=${height}
      attributes=${(backend) => ({ key: backend.name, role: 'listitem', class: `row ${backend.state}` })}
      row=${(backend) => html`<${BackendRow} service=${service} backend=${backend} history=${history?.backends[backend.name]} now=${now} canOperate=${canOperate} ask=${ask} />`} />
    <${Why} service=${service} isOpen=${part === 'why'} />
  </section>`;
}
