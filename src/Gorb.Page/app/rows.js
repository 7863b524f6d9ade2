import { html } from './html.js';
import { useEffect, useLayoutEffect, useRef, useState } from './vendor/hooks.js';

const spare = 6;

/**
 * A list of rows of one height, of which only those in sight exist.
 * @param items The items.
 * @param height The height of a row in pixels.
 * @param row Draws an item: (item, index) => children.
 * @param selected The index that must be in sight, or -1.
 * @param attributes Attributes of a row: (item, index) => object. One of them is its key.
 */
export function Rows({ items, height, row, attributes, selected = -1, ...list }) {
  const box = useRef(null);
  const [view, setView] = useState({ top: 0, size: 800 });
  useEffect(() => {
    const element = box.current; // the observer may still be told when the list is gone
    const observer = new ResizeObserver(() => setView((last) => (last.size === element.clientHeight ? last : { ...last, size: element.clientHeight })));
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  useLayoutEffect(() => {
    if (selected < 0) return;
    const { scrollTop, clientHeight } = box.current;
    if (selected * height < scrollTop) box.current.scrollTop = selected * height;
    else if ((selected + 1) * height > scrollTop + clientHeight) box.current.scrollTop = (selected + 1) * height - clientHeight;
  }, [selected, height]);
  const scrolled = () => {
    const top = box.current.scrollTop;
    setView((last) => (Math.floor(last.top / height) === Math.floor(top / height) ? last : { ...last, top })); // redrawn only when another row comes into sight
  };
  const first = Math.max(0, Math.min(Math.floor(view.top / height) - spare, items.length - 1));
  const end = Math.min(items.length, Math.ceil((view.top + view.size) / height) + spare);
  return html`<div ...${list} class=${`rows ${list.class ?? ''}`} ref=${box} onScroll=${scrolled}>
    <div class="space" role="presentation" style=${{ height: `${items.length * height}px` }}>
      ${items.slice(first, end).map((item, offset) => {
        const index = first + offset;
        return html`<div ...${attributes(item, index)} style=${{ height: `${height}px`, transform: `translateY(${index * height}px)` }}>${row(item, index)}</div>`;
      })}
    </div>
  </div>`;
}
