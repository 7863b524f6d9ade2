import { html } from './html.js';
import { useEffect, useRef, useState } from './vendor/hooks.js';

/** A dialog that says what will happen, does it, and says why it was not possible. Escape leaves it. */
export function Confirm({ title, verb, tone = '', isReady = true, act, close, children }) {
  const dialog = useRef(null);
  const [{ isRunning, error }, setProgress] = useState({ isRunning: false, error: null });
  useEffect(() => {
    dialog.current.showModal();
  }, []);
  const submit = async (event) => {
    event.preventDefault();
    setProgress({ isRunning: true, error: null });
    try {
      await act();
      close();
    } catch (refused) {
      setProgress({ isRunning: false, error: refused.message });
    }
  };
  return html`<dialog ref=${dialog} aria-labelledby="dialog-title" onClose=${close}>
    <form onSubmit=${submit}>
      <h2 id="dialog-title">${title}</h2>
      ${children}
      ${error && html`<p class="remark bad" role="alert">${error}</p>`}
      <div class="buttons"><button type="button" onClick=${close}>Cancel</button><button class=${`primary ${tone}`} disabled=${isRunning || !isReady}>${isRunning ? 'Working …' : verb}</button></div>
    </form>
  </dialog>`;
}
