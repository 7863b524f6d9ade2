import { html } from './html.js';
import { clock, plural } from './format.js';

const Problem = ({ of }) => (of?.problem ? html`<p class="remark bad">${of.problem}</p>` : null);
const rows = (of) => (Array.isArray(of) ? of : []);

const Source = ({ source }) => html`<li>
  <div><b>${source.name}</b> <span class="quiet">${plural(source.services, 'service')}, ${plural(source.backends, 'backend')}${source.declared_at ? `, declared ${clock(new Date(source.declared_at))}` : ''}</span></div>
  ${source.error && html`<p class="remark bad">${source.error}</p>`}
  ${source.conflicts.map((conflict, index) => html`<p class="remark" key=${index}>${[conflict.service, conflict.backend].filter(Boolean).join('/')}: ${conflict.problem}</p>`)}
  ${(source.refused ?? []).map((text, index) => html`<p class="remark" key=${index}>${text}</p>`)}
</li>`;

const Vip = ({ vip }) => html`<li>
  <div><code>${vip.address}</code> <span class=${`tag ${vip.problem ? 'warn' : ''}`}>${vip.state}</span> <span class="quiet">${vip.device ? `on ${vip.device}` : ''}</span></div>
  <p class="quiet">${vip.services.join(', ')}</p>
  ${vip.withdrawn && html`<p class="remark">${vip.withdrawn.reason}</p>`}
  ${vip.problem && html`<p class="remark bad">${vip.problem}</p>`}
</li>`;

const Daemon = ({ daemon }) => html`<li>
  <div><b>${daemon.role}</b> <span class=${`tag ${daemon.problem ? 'warn' : ''}`}>${daemon.status}</span> <span class="quiet">${daemon.interface ? `on ${daemon.interface}, id ${daemon.id}` : ''}</span></div>
  ${daemon.problem && html`<p class="remark bad">${daemon.problem}</p>`}
</li>`;

/** The table that directors share. */
const Shared = ({ table }) => html`<li>
  <div><b>${table.cluster}</b> <span class=${`tag ${table.stale ? 'bad' : ''}`}>${table.stale ? 'may be behind' : 'up to date'}</span> <span class="quiet">this is ${table.director}, revision ${table.revision}</span></div>
  ${table.stale && html`<p class="remark bad">Since ${clock(new Date(table.stale.since))}: ${table.stale.reason}</p>`}
  ${table.refused.map((one) => html`<p class="remark" key=${one.service}>${one.service}: ${one.reason}</p>`)}
</li>`;

/** Sources with their conflicts, the addresses of services, this director among others, and the daemon itself. */
export function Surroundings({ state }) {
  const { sources, vips, cluster, ready } = state;
  const daemons = cluster?.sync?.daemons ?? [];
  return html`<div class="sheet columns" role="region" aria-label="Sources, addresses and directors" tabindex="0">
    <section aria-label="Sources"><h1>Sources</h1><${Problem} of=${sources} />
      <ul class="cards">${rows(sources).map((source) => html`<${Source} key=${source.name} source=${source} />`)}</ul></section>
    <section aria-label="Addresses"><h1>Addresses</h1><${Problem} of=${vips} />
      ${rows(vips).length === 0 && !vips.problem && html`<p class="none">No service has an address.</p>`}
      <ul class="cards">${rows(vips).map((vip) => html`<${Vip} key=${vip.address} vip=${vip} />`)}</ul></section>
    <section aria-label="Directors"><h1>Directors</h1><${Problem} of=${cluster} />
      ${daemons.length === 0 && !cluster?.table && html`<p class="none">This director shares no table and no connections with others.</p>`}
      <ul class="cards">${cluster?.table && html`<${Shared} table=${cluster.table} />`}${daemons.map((daemon) => html`<${Daemon} key=${daemon.role} daemon=${daemon} />`)}</ul></section>
    <section aria-label="Kernel and store"><h1>Kernel and store</h1><${Problem} of=${ready} />
      <ul class="cards">${ready?.ready && html`<li>Changes reach the kernel, the state file and the audit.</li>`}
        ${(ready?.reasons ?? []).map((text) => html`<li key=${text} class="remark bad">${text}</li>`)}
        ${(ready?.warnings ?? []).map((text) => html`<li key=${text} class="remark">${text}</li>`)}</ul></section>
  </div>`;
}
