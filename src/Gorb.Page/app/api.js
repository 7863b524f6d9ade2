// Requests to the API of the daemon that served this page. The token stays in this tab: sessionStorage is not sent by the browser, as a cookie would be.

const root = new URL('..', import.meta.url);
const tokenKey = 'gorb-token';
const timeout = 15_000;

/** A refused or failed request. status 0: no answer. */
export class ApiError extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

export const token = {
  get: () => sessionStorage.getItem(tokenKey),
  set: (secret) => sessionStorage.setItem(tokenKey, secret),
  clear: () => sessionStorage.removeItem(tokenKey),
};

/** The path of objects, each name escaped. */
export const path = (...names) => names.map(encodeURIComponent).join('/');

async function send(method, address, { body, signal, headers, limit = timeout, refused = [] } = {}) {
  const secret = token.get();
  const end = limit === null ? signal : AbortSignal.any([AbortSignal.timeout(limit), ...(signal ? [signal] : [])]);
  let answer;
  try {
    answer = await fetch(new URL(address, root), {
      method,
      signal: end,
      cache: 'no-store',
      credentials: 'omit',
      headers: {
        ...headers,
        ...(secret ? { Authorization: `Bearer ${secret}` } : {}),
        ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
      },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
  } catch (error) {
    throw new ApiError(0, error.name === 'TimeoutError' ? 'the daemon did not answer in time' : 'the daemon cannot be reached');
  }
  if (answer.ok || refused.includes(answer.status)) return answer;
  throw new ApiError(answer.status, await words(answer));
}

/** What the daemon says about an error: every problem, or the summary. */
async function words(answer) {
  const text = await answer.text().catch(() => '');
  try {
    const { error, details } = JSON.parse(text);
    return details?.length ? details.map((one) => one.problem).join('; ') : error;
  } catch {
    return text || `the daemon answered ${answer.status}`;
  }
}

export const get = async (address, options) => (await send('GET', address, options)).json();

/** An answer that is wanted whatever its status: /readyz has its reasons in a 503. */
export const getAny = async (address) => (await send('GET', address, { refused: [503] })).json();

export const ping = () => send('GET', 'healthz', { limit: 4000 });
export const put = (address, body, headers) => send('PUT', address, { body, headers });
export const patch = (address, body) => send('PATCH', address, { body });
export const post = (address) => send('POST', address, { body: {} });

/** One event of a stream: its type, its id and its data, which is JSON. */
function eventOf(block) {
  const event = { type: 'message', id: null, data: '' };
  for (const line of block.split('\n')) {
    const [, field, value] = /^(\w+): ?(.*)$/.exec(line) ?? [];
    if (field === 'event') event.type = value;
    else if (field === 'id') event.id = value;
    else if (field === 'data') event.data += value;
  }
  return event.data ? { ...event, data: JSON.parse(event.data) } : null;
}

/**
 * Reads a stream of server-sent events until it ends. EventSource cannot send a token.
 * @param after The id of the last event that was received, or null.
 * @param received Called with each event.
 */
export async function stream(address, after, signal, received) {
  const answer = await send('GET', address, { signal, limit: null, headers: { Accept: 'text/event-stream', ...(after ? { 'Last-Event-ID': after } : {}) } });
  const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = '';
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    const blocks = (rest + value).split('\n\n');
    rest = blocks.pop();
    for (const block of blocks) {
      const event = eventOf(block);
      if (event) received(event);
    }
  }
}
