import { html } from './html.js';
import { useState } from './vendor/hooks.js';
import { signIn } from './store.js';

/** Asks for a token, which stays in this tab. */
export function SignIn({ refusal }) {
  const [secret, setSecret] = useState('');
  const submit = (event) => {
    event.preventDefault();
    signIn(secret.trim());
  };
  return html`<form class="signin" onSubmit=${submit}>
    <h1>Sign in</h1>
    <label for="token">Token</label>
    <input id="token" type="password" autocomplete="off" autofocus value=${secret} onInput=${(event) => setSecret(event.target.value)} />
    ${refusal && html`<p class="remark bad" role="alert">${refusal}</p>`}
    <p class="quiet">The token stays in this tab until it is closed. <code>gorb token create NAME --role operate</code> on the daemon's host makes one; the role read shows everything and changes nothing.</p>
    <div class="buttons"><button type="button" onClick=${() => signIn('')}>Without a token</button><button class="primary" disabled=${!secret.trim()}>Sign in</button></div>
  </form>`;
}
