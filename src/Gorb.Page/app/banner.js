import { html } from './html.js';
import { overview } from './model.js';
import { plural, span } from './format.js';
import { useNow } from './hooks.js';
import { countUnmanaged } from './unmanaged.js';

/** One statement of the banner: a link to where it is shown in full. */
const Item = ({ tone, href, onClick, children, title }) => html`<a class=${`item ${tone}`} href=${href} onClick=${onClick} title=${title}>${children}</a>`;

function syncProblems(cluster) {
  return (cluster?.sync?.daemons ?? []).filter((daemon) => daemon.problem);
}

/** The store and the kernel, by /readyz. */
function Readiness({ ready }) {
  if (!ready || ready.status === 403) return null; // a token for some services may not know
  if (ready.problem) return html`<${Item} tone="warn" href="#/surroundings" title=${ready.problem}>State unknown<//>`;
  if (!ready.ready) return html`<${Item} tone="bad" href="#/surroundings" title=${ready.reasons.join('\n')}>Not ready: ${ready.reasons[0]}<//>`;
  return ready.warnings?.length ? html`<${Item} tone="warn" href="#/surroundings" title=${ready.warnings.join('\n')}>${plural(ready.warnings.length, 'contested entry', 'contested entries')}<//>` : html`<span class="item fine">Kernel and store fine</span>`;
}

function Examined({ doctor }) {
  if (!doctor || doctor.at === undefined) return html`<span class="item quiet">Doctor …</span>`;
  if (doctor.status === 403) return null;
  if (doctor.problem) return html`<${Item} tone="quiet" href="#/doctor" title=${doctor.problem}>Doctor not available<//>`;
  const { errors, warnings } = doctor;
  if (errors + warnings === 0) return html`<span class="item fine">Doctor finds nothing</span>`;
  return html`<${Item} tone=${errors ? 'bad' : 'warn'} href="#/doctor">Doctor: ${[errors && plural(errors, 'error'), warnings && plural(warnings, 'warning')].filter(Boolean).join(', ')}<//>`;
}

function Cluster({ cluster }) {
  if (!cluster || cluster.problem) return null;
  const { table } = cluster;
  if (table?.stale) return html`<${Item} tone="bad" href="#/surroundings" title=${table.stale.reason}>Cluster ${table.cluster}: the table may be behind<//>`;
  if (table?.refused.length > 0) return html`<${Item} tone="warn" href="#/surroundings" title=${table.refused[0].reason}>${plural(table.refused.length, 'service')} of the cluster refused<//>`;
  const problems = syncProblems(cluster);
  if (problems.length > 0) return html`<${Item} tone="warn" href="#/surroundings" title=${problems[0].problem}>Connection sync: ${problems[0].status}<//>`;
  if (table) return html`<span class="item fine">Cluster ${table.cluster} fine</span>`;
  return cluster.sync?.interface ? html`<span class="item fine">Connection sync runs</span>` : null;
}

/** What is down, draining and drifting, and how the daemon itself is, in one line. */
export function Banner({ state, only }) {
  const now = useNow();
  if (!state.overview) return html`<section class="banner" aria-label="Summary" tabindex="0"><span class="item quiet">${state.connection === 'lost' ? (state.problem ?? 'The daemon cannot be reached; trying again') : 'Reading the table'}</span></section>`;
  const sum = overview(state.services);
  const unmanaged = countUnmanaged(state.ipvs);
  return html`<section class="banner" aria-label="Summary" tabindex="0">
    ${state.connection === 'lost' && html`<span class="item bad" role="alert">Disconnected: this is the state of ${span(now - state.lostSince)} ago. ${state.problem ?? 'Trying again.'}</span>`}
    ${state.overview.kernel_error && html`<span class="item bad" title=${state.overview.kernel_error}>Kernel: ${state.overview.kernel_error}</span>`}
    ${sum.servicesDown > 0 && html`<${Item} tone="bad" href="#/" onClick=${only}>${plural(sum.servicesDown, 'service')} down<//>`}
    ${sum.servicesHurt > 0 && html`<${Item} tone="warn" href="#/" onClick=${only}>${plural(sum.servicesHurt, 'service')} degraded<//>`}
    ${sum.down > 0
      ? html`<${Item} tone="bad" href="#/" onClick=${only}>${sum.down} of ${plural(sum.backends, 'backend')} down<//>`
      : html`<span class="item fine">${sum.backends === 0 ? plural(sum.services, 'service') : `${plural(sum.services, 'service')}, all ${plural(sum.backends, 'backend')} up`}</span>`}
    ${sum.draining > 0 && html`<span class="item note">${sum.draining} draining</span>`}
    ${sum.drift > 0 && html`<span class="item warn">${sum.drift} missing in the kernel</span>`}
    ${unmanaged > 0 && html`<${Item} tone="note" href="#/unmanaged">${unmanaged} unmanaged<//>`}
    <${Examined} doctor=${state.doctor} />
    <${Readiness} ready=${state.ready} />
    <${Cluster} cluster=${state.cluster} />
  </section>`;
}
