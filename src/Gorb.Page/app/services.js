import { html } from './html.js';
import { useEffect, useMemo, useState } from './vendor/hooks.js';
import { select } from './model.js';
import { useMedia, useNow } from './hooks.js';
import { Rows } from './rows.js';
import { short, span } from './format.js';

const words = ['down', 'degraded', 'drift', 'empty', 'draining', 'up'];

/** The second line: what is wrong, or where the service is. */
function Detail({ service, now }) {
  const { worst } = service;
  if (worst) return html`<span class="why"><b>${worst.name}</b> ${worst.state === 'down' ? `${span(now - worst.since)}: ` : ''}${worst.reason || 'down'}</span>`;
  if (service.kernel_error) return html`<span class="why">${service.kernel_error}</span>`;
  return html`<span class="where">${service.place}${service.protocol && ` ${service.protocol}`} · ${service.method} · ${service.source}</span>`;
}

function Row({ service, now }) {
  const up = service.count.up + service.count.unchecked;
  return html`
    <i class=${`state ${words[service.rank]}`} aria-hidden="true"></i>
    <span class="name">${service.name}</span><span class="sr">${words[service.rank]}</span>
    <span class="ups">${service.total === 0 ? 'no backends' : html`<b>${up}</b>/${service.total} up`}</span>
    <${Detail} service=${service} now=${now} />
    ${!service.worst && html`<span class="load">${short(service.traffic?.connections_per_second)}/s · ${short(service.connections)} conn</span>`}`;
}

const href = (name) => `#/service/${encodeURIComponent(name)}`;

/** The list of services: failures first, a filter, and the keyboard. */
export function Services({ state, open, filter: [filter, setFilter], field }) {
  const now = useNow();
  const isPhone = useMedia('(max-width: 40rem)');
  const [chosen, choose] = useState(open);
  useEffect(() => open && choose(open), [open]);
  const shown = useMemo(() => select(state.services, filter.text, filter.onlyDown), [state.services, filter]);
  const down = useMemo(() => state.services.filter((service) => service.count.down > 0).length, [state.services]);
  const index = shown.findIndex((service) => service.name === chosen);

  const move = (to) => shown.length > 0 && choose(shown[Math.max(0, Math.min(to, shown.length - 1))].name);
  const pressed = (event) => {
    const steps = { ArrowDown: 1, ArrowUp: -1, PageDown: 10, PageUp: -10 };
    if (steps[event.key]) move(index < 0 ? 0 : index + steps[event.key]);
    else if (event.key === 'Home' && event.target.role === 'listbox') move(0);
    else if (event.key === 'End' && event.target.role === 'listbox') move(shown.length - 1);
    else if (event.key === 'Enter' && shown.length > 0) location.hash = href(shown[Math.max(index, 0)].name);
    else if (event.key === 'Escape' && event.target.matches('input')) {
      if (filter.text) setFilter({ ...filter, text: '' });
      else event.target.blur();
    } else return;
    event.preventDefault();
  };

  return html`<section class="services" aria-label="Services" onKeyDown=${pressed}>
    <div class="tools">
      <input ref=${field} type="search" placeholder="Filter by name, address or source" aria-label="Filter services" autocomplete="off" spellcheck="false" maxlength="200" value=${filter.text} onInput=${(event) => setFilter({ ...filter, text: event.target.value })} />
      <button class=${`toggle ${down > 0 ? 'some' : ''}`} aria-pressed=${filter.onlyDown} onClick=${() => setFilter({ ...filter, onlyDown: !filter.onlyDown })}>Only down <b>${down}</b></button>
    </div>
    <${Rows} class="list" role="listbox" aria-label="Services, failures first" tabindex="0" aria-activedescendant=${index < 0 ? undefined : `service-${index}`} items=${shown} height=${isPhone ? 60 : 52} selected=${index}
      attributes=${(service, at) => ({ key: service.name, id: `service-${at}`, role: 'option', class: `row ${service.name === open ? 'open' : ''}`, 'aria-selected': service.name === chosen, 'aria-setsize': shown.length, 'aria-posinset': at + 1, onClick: () => { choose(service.name); location.hash = href(service.name); } })}
      row=${(service) => html`<${Row} service=${service} now=${now} />`} />
    ${shown.length === 0 && state.overview && html`<p class="none">${state.services.length === 0 ? 'There are no services yet.' : filter.onlyDown && down === 0 ? 'Nothing is down.' : 'No service matches the filter.'}</p>`}
  </section>`;
}
