import { useEffect, useState } from './vendor/hooks.js';
import { current, subscribe } from './store.js';

/** The page's state; the component is drawn again when it changes. */
export function useStore() {
  const [, redraw] = useState(0);
  useEffect(() => subscribe(() => redraw((count) => count + 1)), []);
  return current();
}

/** The time, for texts such as "3 min ago". */
export function useNow(every = 1000) {
  const [now, tick] = useState(Date.now());
  useEffect(() => {
    const timer = setInterval(() => document.hidden || tick(Date.now()), every);
    return () => clearInterval(timer);
  }, [every]);
  return now;
}

/** Whether a media query holds. */
export function useMedia(query) {
  const [matches, setMatches] = useState(() => matchMedia(query).matches);
  useEffect(() => {
    const list = matchMedia(query);
    const changed = () => setMatches(list.matches);
    list.addEventListener('change', changed);
    return () => list.removeEventListener('change', changed);
  }, [query]);
  return matches;
}

/** The address after #, decoded: #/service/web is ['service', 'web']. */
export function useRoute() {
  const read = () => location.hash.replace(/^#\/?/, '').split('/').filter(Boolean).map(decodeURIComponent);
  const [route, setRoute] = useState(read);
  useEffect(() => {
    const changed = () => setRoute(read());
    addEventListener('hashchange', changed);
    return () => removeEventListener('hashchange', changed);
  }, []);
  return route;
}

/** A value that is read now and every so often while the component is shown; the last one stays while it is read again. */
export function usePolled(read, every, key) {
  const [value, setValue] = useState({ key: null, data: null, error: null });
  useEffect(() => {
    let isOver = false;
    const once = () => document.hidden || read().then((data) => isOver || setValue({ key, data, error: null }), (error) => isOver || setValue((last) => ({ ...last, key, error: error.message })));
    once();
    const timer = setInterval(once, every);
    return () => {
      isOver = true;
      clearInterval(timer);
    };
  }, [key, every]);
  return value.key === key ? value : { data: null, error: null };
}
