import { html } from './html.js';
import { examine } from './store.js';
import { useNow } from './hooks.js';
import { span } from './format.js';

const Finding = ({ finding }) => html`<li class=${finding.severity}>
  <div><span class=${`tag ${finding.severity === 'error' ? 'bad' : finding.severity === 'warning' ? 'warn' : 'quiet'}`}>${finding.severity}</span> <b>${finding.subject ?? 'this host'}</b> <span class="quiet">${finding.code}</span></div>
  <p>${finding.seen}</p>
  <p class="quiet">${finding.why}</p>
  <p>${finding.remedy}</p>
  ${finding.command && html`<code class="command">${finding.command}</code>`}
</li>`;

/** What loses packets around IPVS on this host. */
export function Doctor({ state: { doctor } }) {
  const now = useNow();
  return html`<section class="sheet" tabindex="0" aria-label="Doctor">
    <h1>Doctor</h1>
    <p class="lead"><button disabled=${doctor?.isRunning} onClick=${() => examine(true)}>Examine, with other hosts</button> ${doctor?.isRunning ? 'examining …' : doctor?.at ? `examined ${span(now - doctor.at)} ago` : ''}</p>
    ${doctor?.problem && html`<p class="remark bad">${doctor.problem}</p>`}
    ${doctor?.at && !doctor.problem && doctor.findings.length === 0 && html`<p class="none">Nothing was found; ${doctor.causes} causes were looked for.</p>`}
    <ul class="cards">${(doctor?.findings ?? []).map((finding, index) => html`<${Finding} key=${index} finding=${finding} />`)}</ul>
  </section>`;
}
