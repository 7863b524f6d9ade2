import { html } from './html.js';
import { useState } from './vendor/hooks.js';
import { get, path } from './api.js';

const Step = ({ step }) => html`<li class=${step.result}>
  <span class="result">${step.result}</span><span class="step">${step.step}${step.backend ? ` ${step.backend}` : ''}</span><span class="seen">${step.seen}</span>
  ${step.command && html`<code>${step.command}</code>`}
</li>`;

/** Follows a packet of a client to the first broken link. */
export function Why({ service }) {
  const [client, setClient] = useState('');
  const [answer, setAnswer] = useState(null);
  const ask = async (event) => {
    event.preventDefault();
    setAnswer({ isRunning: true });
    try {
      setAnswer(await get(`service/${path(service.name)}/why?client=${encodeURIComponent(client.trim())}`, { limit: 60_000 }));
    } catch (error) {
      setAnswer({ error: error.message });
    }
  };
  return html`<section class="whybox" aria-label="Why does a client get no connection">
    <form onSubmit=${ask}>
      <label for="client">Why? Follow a packet of a client</label>
      <input id="client" placeholder="Why? Client 10.9.0.10" autocomplete="off" spellcheck="false" value=${client} onInput=${(event) => setClient(event.target.value)} />
      <button disabled=${!client.trim() || answer?.isRunning}>Follow</button>
    </form>
    <div class="trace" role="status">
      ${answer?.error && html`<p class="remark bad">${answer.error}</p>`}
      ${answer?.summary && html`<p class=${`verdict ${answer.broken ? 'bad' : 'fine'}`}>${answer.summary}${answer.command && html` <code>${answer.command}</code>`}</p>
        <ol class="steps">${answer.steps.map((step, index) => html`<${Step} key=${index} step=${step} />`)}</ol>`}
    </div>
  </section>`;
}
