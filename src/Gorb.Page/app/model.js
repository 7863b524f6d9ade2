// What the page knows of services and backends, from the API's views. Pure functions.

const unchecked = 'unchecked';

export const at = (address, port) => (!port ? address : address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`);

/** A backend from its part of the overview. */
function backendOf(service, name, view) {
  const { kernel = null, checks = [] } = view;
  const failing = checks.find((check) => check.status === 'down') ?? null;
  const hasDrifted = Boolean(view.kernel_error) && view.state !== 'down';
  return {
    ...view, service, name, kernel, checks, failing,
    state: hasDrifted ? 'drift' : view.state,
    reason: hasDrifted ? view.kernel_error : view.state === 'draining' ? drainOf(view, kernel) : (view.reason ?? ''),
    place: at(view.address, view.port),
    force: view.force ?? 'none',
    takes: (view.state === 'up' || view.state === unchecked) && view.weight > 0,
    since: Date.parse(view.since),
    connections: kernel ? kernel.active_connections + kernel.inactive_connections : 0,
    persistent: kernel?.persistent_connections ?? 0,
  };
}

function drainOf(view, kernel) {
  const left = kernel ? kernel.active_connections + kernel.inactive_connections : 0;
  const until = view.drain_until ? `, removed by ${new Date(view.drain_until).toLocaleTimeString()}` : '';
  return `${left === 1 ? '1 connection' : `${left} connections`} left${until}`;
}

/** Where a service stands in the list: the worst first. */
const Rank = { down: 0, hurt: 1, drift: 2, empty: 3, draining: 4, up: 5 };

function rankOf(count, total, view) {
  if (total > 0 && count.down > 0 && count.up + count.unchecked + count.drift === 0) return Rank.down;
  if (count.down > 0) return Rank.hurt;
  if (view.kernel_error || count.drift > 0 || view.unmanaged?.length > 0) return Rank.drift;
  if (total === 0) return Rank.empty;
  return count.draining > 0 || view.draining ? Rank.draining : Rank.up;
}

/** What went wrong last in a service: a backend that is down, or one that is not in the kernel. */
const worstOf = (backends) => backends.filter((one) => one.state === 'down').sort((a, b) => b.since - a.since)[0] ?? backends.find((one) => one.state === 'drift') ?? null;

/** A service from its part of the overview. */
export function serviceOf(name, view) {
  const backends = Object.entries(view.backends ?? {}).map(([backend, one]) => backendOf(name, backend, one));
  const count = { up: 0, down: 0, draining: 0, drift: 0, unchecked: 0 };
  for (const backend of backends) count[backend.state]++;
  const place = view.fwmark ? `fwmark ${view.fwmark}` : at(view.address ?? '', view.port || '*');
  const rank = rankOf(count, backends.length, view);
  return {
    ...view, name, backends, count, place, rank,
    total: backends.length,
    isDown: rank === Rank.down,
    unmanaged: view.unmanaged ?? [],
    worst: worstOf(backends),
    connections: backends.reduce((sum, backend) => sum + backend.connections, 0),
    text: `${name} ${place} ${view.source} ${backends.map((one) => `${one.name} ${one.place}`).join(' ')}`.toLowerCase(),
  };
}

/** Applies a merge patch (RFC 7396). What does not change stays the same object. */
export function merge(target, change) {
  if (change === null || typeof change !== 'object' || Array.isArray(change)) return change;
  const result = Object.assign(Object.create(null), target); // without a prototype: a service may be called __proto__
  for (const [key, value] of Object.entries(change)) {
    if (value === null) delete result[key];
    else result[key] = merge(result[key], value);
  }
  return result;
}

/** Compares names; b2 comes before b10. */
export const byName = new Intl.Collator('en', { numeric: true }).compare;

/** Failures first, then by name. */
const byUrgency = (a, b) => a.rank - b.rank || byName(a.name, b.name);

/** Those that contain every word of the filter; of failing ones only, if asked. */
export function select(services, filter, onlyDown) {
  const words = filter.toLowerCase().split(/\s+/).filter(Boolean);
  return services.filter((service) => (!onlyDown || service.count.down > 0) && words.every((word) => service.text.includes(word))).sort(byUrgency);
}

/** What the table is like as a whole. */
export function overview(services) {
  const sum = { services: services.length, backends: 0, down: 0, draining: 0, drift: 0, servicesDown: 0, servicesHurt: 0 };
  for (const service of services) {
    sum.backends += service.total;
    sum.down += service.count.down;
    sum.draining += service.count.draining;
    sum.drift += service.count.drift + (service.kernel_error ? 1 : 0);
    sum.servicesDown += service.isDown ? 1 : 0;
    sum.servicesHurt += service.count.down > 0 && !service.isDown ? 1 : 0;
  }
  return sum;
}

/** The backends that take new connections. */
const taking = (service) => service.backends.filter((backend) => backend.takes);

const allDown = {
  'fb-default': 'clients are refused',
  'fb-zero-to-one': 'all backends get connections again, with weight 1',
  sorry: 'the sorry server answers',
};

/** Where new connections go without a backend. */
function elsewhere(service, backend, options) {
  const rest = taking(service).filter((other) => other.name !== backend.name).map((other) => other.name);
  const fallback = allDown[options.fallback] ?? allDown['fb-default'];
  return rest.length > 0 ? { rest } : { rest, danger: `No other backend of ${service.name} takes connections. Without any, ${fallback}.` };
}

/** Whether the connections of a backend end when it goes down, by when_down; null when that depends on more than the page knows. */
function losesConnections(options) {
  if (options.when_down === 'remove') return true;
  if (options.when_down === 'quiesce') return false;
  if ((options.protocol === 'udp' && !options.ops) || options.method === 'dh') return true;
  return options.persistent || ['sh', 'mh'].includes(options.method) ? null : false;
}

const openOnes = (count) => (count === 1 ? '1 open connection' : `${count} open connections`);

/**
 * What an action does, in words, before it is confirmed.
 * @param options The settings of the service, as the API shows them.
 * @returns lines, rest: the backends that take new connections afterwards, and danger: what an operator should know before.
 */
export function consequences(action, service, backend, options) {
  const { rest, danger } = elsewhere(service, backend, options);
  const left = backend.connections === 0 ? 'No connection is open.' : `${openOnes(backend.connections)} ${backend.connections === 1 ? 'goes on until it ends' : 'go on until they end'}.`;
  const held = backend.persistent > 0 ? [`Persistence holds ${backend.persistent === 1 ? '1 client' : `${backend.persistent} clients`} here; they may still come back until it expires.`] : [];
  const quiet = { lines: [`${backend.name} gets no new connections.`, left, ...held], rest, danger };
  switch (action.type) {
    case 'drain':
      return quiet;
    case 'weight':
      return action.weight === 0 ? quiet : weighed(action.weight, service, backend);
    case 'force':
      return forced(action.force, backend, { rest, danger, left, loses: losesConnections(options) });
    case 'lift':
      return { lines: [`The overrides of ${backend.name} are lifted: it does again what its source ${backend.source} declares.`] };
    default:
      return resumed(backend);
  }
}

const resumed = (backend) => ({
  lines: [backend.failing ? `${backend.name} no longer drains. Its check fails (${backend.failing.reason}), so it gets connections when that passes.` : `${backend.name} gets new connections again, with weight ${backend.weight}.`],
});

function weighed(weight, service, backend) {
  const others = taking(service).filter((other) => other.name !== backend.name).reduce((sum, other) => sum + other.weight, 0);
  const share = (own) => `${Math.round((100 * own) / (own + others || 1))} %`;
  const takes = backend.state === 'up' || backend.state === unchecked;
  return {
    lines: [
      takes ? `Its share of the weights goes from ${share(backend.weight)} to ${share(weight)}.` : `${backend.name} is ${backend.state}; the weight counts once it takes connections again.`,
      'Open connections stay where they are.',
    ],
  };
}

function forced(force, backend, { rest, danger, left, loses }) {
  const { name, failing } = backend;
  if (force === 'none') return { lines: [`The checks of ${name} decide again. Now they ${failing ? `fail: ${failing.reason}` : 'pass'}.`], danger: failing ? danger : undefined };
  if (force === 'up') return { lines: [`${name} counts as up and gets new connections, whatever its checks find, until that is lifted.`], danger: failing ? `Its check fails now: ${failing.reason}` : undefined };
  const ends = backend.connections === 0 || loses === false ? left
    : loses ? `It is taken out of the kernel: ${openOnes(backend.connections)} end.`
      : `It has ${openOnes(backend.connections)}; when_down of the service decides whether they go on.`;
  return { lines: [`${name} counts as down, whatever its checks find, until that is lifted.`, ends], rest, danger };
}

/** The body of the PATCH that does an action. What an operator has set above the declaration of another source is lifted, rather than set to the opposite. */
export function changeOf(action, backend) {
  const { operator } = backend;
  switch (action.type) {
    case 'drain': return { drain: true };
    case 'resume': return { drain: operator?.drain ? null : false };
    case 'weight': return { weight: action.weight };
    case 'force': return { force: action.force === 'none' && operator?.force ? null : action.force };
    case 'lift': return { drain: null, force: null, weight: null };
  }
}
