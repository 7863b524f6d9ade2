import { html } from './html.js';
import { useEffect, useState } from './vendor/hooks.js';
import { patch, path } from './api.js';
import { changeOf, consequences } from './model.js';
import { find, settingsOf } from './store.js';
import { useStore } from './hooks.js';
import { list } from './format.js';
import { Confirm } from './confirm.js';
import { Adoption } from './adopt.js';

const maxWeight = 2_147_483_647;
const titles = { drain: 'Drain', resume: 'Resume', weight: 'Set the weight of', force: 'Force', lift: 'Lift the overrides of' };

function WeightField({ value, change }) {
  return html`<p class="field"><label for="weight">Weight</label><input id="weight" type="number" min="0" max=${maxWeight} step="1" required autofocus value=${value} onInput=${(event) => change(event.target.value)} /></p>`;
}

const forces = [['up', 'Up, whatever the checks find'], ['down', 'Down, whatever the checks find'], ['none', 'The checks decide']];

function ForceField({ value, change }) {
  return html`<fieldset class="field"><legend>State</legend>${forces.map(([force, text]) =>
    html`<label key=${force}><input type="radio" name="force" value=${force} checked=${force === value} onChange=${() => change(force)} />${text}</label>`)}</fieldset>`;
}

function Consequences({ of: { lines, rest, danger } }) {
  return html`<div class="consequences">
    <ul>${lines.map((line) => html`<li key=${line}>${line}</li>`)}${rest?.length > 0 && html`<li>New connections go to ${list(rest)} (${rest.length} left).</li>`}</ul>
    ${danger && html`<p class="remark bad" role="alert">${danger}</p>`}
  </div>`;
}

const isWeight = (text) => /^\d{1,10}$/.test(text) && Number(text) <= maxWeight;

function verbOf({ type, force }, weight) {
  if (type === 'weight') return `Set weight ${weight}`;
  if (type === 'force') return force === 'none' ? 'Let the checks decide' : `Force ${force}`;
  return { drain: 'Drain', resume: 'Resume', lift: 'Lift' }[type];
}

/** Whether an action sets something above what another source declares. */
const staysAbove = ({ type, force }, backend) => backend.source !== 'api' && (type === 'drain' || type === 'weight' || (type === 'force' && force !== 'none'));

/** Confirms an action on a backend. What it says follows the backend while the dialog is open. */
function BackendDialog({ action, close }) {
  useStore();
  const service = find(action.service);
  const backend = service?.backends.find((one) => one.name === action.backend);
  const [weight, setWeight] = useState(String(backend?.weight ?? ''));
  const [force, setForce] = useState(backend?.force === 'none' ? 'down' : 'none');
  const [settings, setSettings] = useState({ options: null, error: null });
  useEffect(() => {
    settingsOf(action.service).then((view) => setSettings({ options: view.options, error: null }), (error) => setSettings({ options: null, error: error.message }));
  }, [action.service]);
  if (!backend) return html`<${Confirm} title=${`${action.backend} is gone`} verb="Close" act=${async () => {}} close=${close}><p>The backend was removed meanwhile.</p><//>`;

  const isValid = action.type !== 'weight' || isWeight(weight);
  const chosen = { type: action.type, force, weight: Number(weight) };
  const found = settings.options && isValid ? consequences(chosen, service, backend, settings.options) : null;
  const act = () => patch(`service/${path(service.name, backend.name)}`, changeOf(chosen, backend));
  return html`<${Confirm} title=${`${titles[action.type]} ${service.name}/${backend.name}`} verb=${verbOf(chosen, weight)} tone=${found?.danger ? 'danger' : ''} isReady=${Boolean(found)} act=${act} close=${close}>
    ${action.type === 'weight' && html`<${WeightField} value=${weight} change=${setWeight} />`}
    ${action.type === 'force' && html`<${ForceField} value=${force} change=${setForce} />`}
    <div class="effects">${settings.error ? html`<p class="remark bad">${settings.error}</p>` : found ? html`<${Consequences} of=${found} />` : isValid ? '' : html`<p class="remark">A weight is a whole number from 0 to ${maxWeight}.</p>`}
      ${staysAbove(chosen, backend) && html`<p class="quiet">${backend.name} is declared by ${backend.source}. This lies above its declaration until it is lifted.</p>`}
    </div>
  <//>`;
}

export const ActionDialog = ({ action, close }) => (action.type === 'adopt' ? html`<${Adoption} action=${action} close=${close} />` : html`<${BackendDialog} action=${action} close=${close} />`);
