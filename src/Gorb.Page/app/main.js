import { render } from './vendor/preact.js';
import { useEffect, useRef, useState } from './vendor/hooks.js';
import { html } from './html.js';
import { useMedia, useNow, useRoute, useStore } from './hooks.js';
import { run, signOut } from './store.js';
import { span } from './format.js';
import { Banner } from './banner.js';
import { ActionDialog } from './actions.js';
import { Services } from './services.js';
import { Service } from './service.js';
import { Events } from './events.js';
import { Unmanaged, countUnmanaged } from './unmanaged.js';
import { Surroundings } from './surroundings.js';
import { Doctor } from './doctor.js';
import { SignIn } from './signin.js';

const connectionWords = { connecting: 'Connecting', live: 'Live', lost: 'Disconnected', 'signed-out': 'Signed out' };

function Connection({ state }) {
  const now = useNow();
  const { connection, lostSince } = state;
  const since = connection === 'lost' ? ` for ${span(now - lostSince)}` : '';
  return html`<span class=${`connection ${connection}`} role="status"><i class="dot" aria-hidden="true"></i>${connectionWords[connection]}<span aria-hidden="true">${since}</span></span>`;
}

function Client({ access }) {
  if (!access) return null;
  const reads = access.role === 'read' || access.source;
  return html`<span class="client" title=${`${access.actor}, role ${access.role}`}>
    <span class="actor">${access.actor}</span><span class=${`tag ${reads ? 'quiet' : ''}`}>${reads ? 'read only' : access.role}</span>
    <button class="plain" onClick=${signOut}>${'Change token'}</button>
  </span>`;
}

const tabs = (state) => [
  ['', 'Services', null],
  ['events', 'Events', null],
  ['unmanaged', 'Unmanaged', countUnmanaged(state.ipvs)],
  ['surroundings', 'Sources and addresses', conflicts(state)],
  ['doctor', 'Doctor', state.doctor ? state.doctor.errors + state.doctor.warnings : 0],
];

const conflicts = ({ sources, vips }) =>
  (Array.isArray(sources) ? sources.filter((source) => source.conflicts?.length || source.error || source.refused?.length).length : 0) + (Array.isArray(vips) ? vips.filter((vip) => vip.problem).length : 0);

function Tabs({ state, tab }) {
  return html`<nav aria-label="Views">${tabs(state).map(([id, name, count]) =>
    html`<a key=${id} href=${`#/${id}`} aria-current=${tab === id ? 'page' : undefined}>${name}${count > 0 && html`<span class="count">${count}</span>`}</a>`)}</nav>`;
}

/** Keys that work everywhere: / goes to the filter, Escape back from a field or a service. */
function useKeys(field) {
  useEffect(() => {
    const pressed = (event) => {
      if (document.querySelector('dialog[open]') || event.ctrlKey || event.metaKey || event.altKey) return;
      const isTyping = event.target.matches('input, textarea, select');
      if (event.key === '/' && !isTyping) {
        event.preventDefault();
        if (!field.current) location.hash = '#/';
        field.current?.focus();
      } else if (event.key === 'Escape' && !isTyping && location.hash.startsWith('#/service/')) {
        location.hash = '#/';
      }
    };
    addEventListener('keydown', pressed);
    return () => removeEventListener('keydown', pressed);
  }, []);
}

function Main({ state, route, filter, field, ask }) {
  const isWide = useMedia('(min-width: 62rem)');
  const [tab = '', name, sub] = route;
  switch (tab) {
    case 'events': return html`<${Events} state=${state} />`;
    case 'unmanaged': return html`<${Unmanaged} state=${state} ask=${ask} />`;
    case 'surroundings': return html`<${Surroundings} state=${state} />`;
    case 'doctor': return html`<${Doctor} state=${state} />`;
    default: {
      const isOpen = tab === 'service' && name !== undefined;
      return html`<div class=${`split ${isOpen ? 'open' : ''}`}>
        ${(isWide || !isOpen) && html`<${Services} state=${state} open=${isOpen ? name : null} filter=${filter} field=${field} />`}
        ${isOpen ? html`<${Service} key=${name} name=${name} part=${sub} state=${state} ask=${ask} />` : isWide && html`<${Events} state=${state} />`}
      </div>`;
    }
  }
}

function App() {
  const state = useStore();
  const route = useRoute();
  const filter = useState({ text: '', onlyDown: false });
  const [action, ask] = useState(null);
  const field = useRef(null);
  useKeys(field);
  const tab = route[0] === 'service' ? '' : (route[0] ?? '');
  return html`
    <header>
      <a class="brand" href="#/"><img src="icon.svg" alt="" width="22" height="22" />Gorb</a>
      <${Tabs} state=${state} tab=${tab} />
      <${Client} access=${state.access} />
      <${Connection} state=${state} />
    </header>
    ${state.connection === 'signed-out'
      ? html`<main><${SignIn} refusal=${state.refusal} /></main>`
      : html`<${Banner} state=${state} only=${() => filter[1]((last) => ({ ...last, onlyDown: true }))} />
        <main class=${state.connection === 'lost' ? 'stale' : ''}>${['', 'events'].includes(route[0] ?? '') && html`<h1 class="sr">${tab === 'events' ? 'Events' : 'Services'}</h1>`}<${Main} state=${state} route=${route} filter=${filter} field=${field} ask=${ask} /></main>`}
    ${action && html`<${ActionDialog} key=${action.id} action=${action} close=${() => ask(null)} />`}
    <footer><a href="../docs">API</a><a href="licences.txt">Licences</a><span class="keys"><kbd>/</kbd> filter <kbd>↑</kbd><kbd>↓</kbd> choose <kbd>Enter</kbd> open <kbd>Esc</kbd> back</span></footer>`;
}

render(html`<${App} />`, document.getElementById('page'));
run();
