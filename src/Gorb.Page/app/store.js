// What the page knows, and how it stays up to date: one stream of events, whose deltas change one overview.

import { ApiError, get, getAny, path, ping, stream, token } from './api.js';
import { merge, serviceOf } from './model.js';

const maxEvents = 500;
const pingEvery = 5000;
const retryFirst = 500;
const retryLast = 8000;
const pollEvery = 10_000;
const examineEvery = 300_000;
const sideAfter = 1000;

const state = {
  connection: 'connecting', // connecting, live, lost, or signed-out
  lostSince: null,
  problem: null, // why the daemon refuses the connection
  refusal: null, // why a sign-in did not succeed
  access: null,
  overview: null,
  services: [],
  events: [],
  ready: null,
  doctor: null,
  sources: [],
  vips: [],
  cluster: null,
  ipvs: null,
};

const listeners = new Set();
let scheduled = false;

/** Tells the components at most once a frame, however much has happened. */
function publish() {
  if (scheduled) return;
  scheduled = true;
  const tell = () => {
    scheduled = false;
    for (const listener of listeners) listener();
  };
  if (document.hidden) setTimeout(tell, 250);
  else requestAnimationFrame(tell);
}

function set(changes) {
  Object.assign(state, changes);
  publish();
}

export const current = () => state;

export function subscribe(listener) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

let parsed = new Map();

/** Takes a new overview. Services that are the same object as before are not read again. */
function takeOverview(overview) {
  const next = new Map();
  for (const [name, view] of Object.entries(overview.services ?? {})) {
    const last = parsed.get(name);
    next.set(name, last?.view === view ? last : { view, service: serviceOf(name, view) });
  }
  parsed = next;
  set({ overview, services: [...next.values()].map((one) => one.service) });
}

export const find = (name) => parsed.get(name)?.service ?? null;

/** Reads what changes seldom; each part for itself, so that one that fails hides no other. */
const sides = { ready: () => getAny('readyz'), sources: () => get('sources'), vips: () => get('vip'), cluster: () => get('cluster'), ipvs: () => get('ipvs') };
const small = ['ready', 'sources', 'vips', 'cluster'];

async function readSide(name) {
  try {
    set({ [name]: await sides[name]() });
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    set({ [name]: { problem: error.message, status: error.status } });
  }
}

/** Reads the kernel's whole table, which may be large: not after each event. */
export const readKernel = () => readSide('ipvs');

let sideTimer = null;

/** Reads the small sides a moment after something happened, once for all that happens meanwhile. */
function readSides() {
  sideTimer ??= setTimeout(() => {
    sideTimer = null;
    small.forEach(readSide);
  }, sideAfter);
}

export async function examine(probe) {
  set({ doctor: { ...state.doctor, isRunning: true } });
  try {
    set({ doctor: { ...(await get(`doctor?probe=${probe}`, { limit: 60_000 })), at: Date.now() } });
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    set({ doctor: { problem: error.message, status: error.status, findings: [], errors: 0, warnings: 0, at: Date.now() } });
  }
}

function examineAll() {
  readSides();
  readKernel();
  examine(false);
}

let draft = null;
let revision = null;
let nextId = 1;

/** Deltas change the overview, which is shown once it is consistent; all other events are for people. */
function received({ type, id, data }) {
  switch (type) {
    case 'hello':
      return;
    case 'reset':
      draft = null;
      return;
    case 'delta':
      draft = merge(draft, data);
      if (id) {
        revision = id;
        takeOverview(draft);
      }
      return;
    default:
      set({ events: [{ ...data, id: nextId++ }, ...state.events].slice(0, maxEvents) });
      readSides();
  }
}

function live() {
  if (state.connection === 'live') return;
  set({ connection: 'live', lostSince: null, problem: null });
  examineAll();
}

/** Follows the stream of events until it ends. It goes on where the last one ended. */
async function follow(signal) {
  await stream('events?deltas=true', revision, signal, (event) => {
    live();
    received(event);
  });
}

/** A token for some services may not follow the events of all; its services are read again now and then. */
async function poll(signal) {
  while (!signal.aborted) {
    takeOverview(await get('service?view=full', { signal }));
    live();
    await wait(pollEvery, signal);
  }
}

const isScoped = ({ services, vips, ports }) => Boolean(services ?? vips ?? ports);

/** One connection, until it ends. */
async function connect(signal) {
  set({ access: await get('access', { signal }), refusal: null });
  await (isScoped(state.access) ? poll(signal) : follow(signal));
}

let attempt = null;

/** Ends the present connection, so that the next one begins at once. */
export function reconnect() {
  attempt?.abort();
}

function wait(milliseconds, signal) {
  return new Promise((done) => {
    const end = () => {
      clearTimeout(timer);
      removeEventListener('online', end);
      signal.removeEventListener('abort', end);
      done();
    };
    const timer = setTimeout(end, milliseconds);
    addEventListener('online', end);
    signal.addEventListener('abort', end);
  });
}

/** Finds out that a silent stream is dead: the daemon must answer a small question now and then. */
async function watch(connection) {
  while (!connection.signal.aborted) {
    await wait(pingEvery, connection.signal);
    if (!connection.signal.aborted) await ping().catch(() => connection.abort());
  }
}

let isAskingForToken = false;

function lost(error) {
  if (isAskingForToken || (error instanceof ApiError && error.status === 401)) {
    set({ connection: 'signed-out', access: null, refusal: !isAskingForToken && token.get() ? error.message : null });
    return;
  }
  if (error !== null && !(error instanceof ApiError) && error.name !== 'AbortError') console.error(error);
  set({ connection: 'lost', lostSince: state.lostSince ?? Date.now(), problem: error?.status ? error.message : null });
}

/** Keeps the page connected as long as it is open. */
export async function run() {
  setInterval(() => state.connection === 'live' && !document.hidden && examineAll(), examineEvery);
  addEventListener('offline', reconnect);
  for (let pause = retryFirst; ; pause = Math.min(pause * 2, retryLast)) {
    attempt = new AbortController();
    const began = Date.now();
    try {
      watch(attempt);
      await connect(attempt.signal);
      lost(null);
    } catch (error) {
      lost(error);
    } finally {
      attempt.abort();
    }
    if (Date.now() - began > retryLast) pause = retryFirst;
    attempt = new AbortController();
    await (state.connection === 'signed-out' ? new Promise((done) => attempt.signal.addEventListener('abort', done)) : wait(pause, attempt.signal));
  }
}

/** @param secret The token; empty for none. */
export function signIn(secret) {
  isAskingForToken = false;
  if (secret) token.set(secret);
  else token.clear();
  set({ connection: 'connecting', refusal: null });
  reconnect();
}

export function signOut() {
  isAskingForToken = true;
  token.clear();
  parsed = new Map();
  [draft, revision] = [null, null];
  set({ access: null, overview: null, services: [], events: [], ready: null, doctor: null, ipvs: null, sources: [], vips: [], cluster: null });
  reconnect();
}

export const settingsOf = (service) => get(`service/${path(service)}`);
export const historyOf = (service) => get(`service/${path(service)}/history`);

const roles = ['read', 'operate', 'write', 'admin'];

/** Whether the client may do what needs a role. One that is limited to a source changes nothing by single requests. */
export const may = (access, role) => Boolean(access) && !access.source && roles.indexOf(access.role) >= roles.indexOf(role);
