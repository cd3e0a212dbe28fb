// @ts-check
// A chart of series over time, drawn by uPlot, which is loaded when it is first wanted. Knows no page.
import { html, useEffect, useRef } from "./vendor/ui.js";

const HEIGHT = 180;
const COLOURS = ["#2563eb", "#d97706", "#16a34a", "#dc2626", "#8b5cf6"];

/**
 * @param {{label: string, series: {label: string, scale: string, right?: boolean}[], data: () => any[][],
 *   span?: () => [number, number], every_ms?: number, on?: unknown}} props
 *   `label`: what it shows, for who cannot see it; `data`: instants in epoch seconds, then the values of each series;
 *   `span`: from when to when, else as the data; `every_ms`: how often it is drawn anew; `on`: what it is about
 */
export function LineChart({ label, series, data, span, every_ms, on }) {
  const place = useRef(/** @type {HTMLElement | null} */ (null));
  useEffect(() => {
    /** @type {any} */
    let chart = null;
    /** @type {ReturnType<typeof setInterval> | undefined} */
    let timer;
    /** @type {ResizeObserver | undefined} */
    let sized;
    /** @type {MutationObserver | undefined} */
    let themed;
    const redraw = () => chart?.redraw();
    const dark = matchMedia("(prefers-color-scheme: dark)");
    let gone = false;
    import("./vendor/uplot.js").then(({ default: UPlot }) => {
      if (gone || !place.current) return;
      const ink = () => (place.current ? getComputedStyle(place.current).color : "");
      const axis = { stroke: ink, grid: { stroke: "#8884" } };
      const scales = [...new Map(series.map((one) => [one.scale, one.right])).entries()];
      chart = new UPlot(
        {
          width: place.current.clientWidth,
          height: HEIGHT,
          series: [{}, ...series.map(({ label, scale }, at) => ({ label, scale, stroke: COLOURS[at], width: 2 }))],
          scales: span ? { x: { range: span } } : {},
          axes: [axis, ...scales.map(([scale, right]) => ({ ...axis, scale, side: right ? 1 : 3 }))],
        },
        data(),
        place.current,
      );
      sized = new ResizeObserver(() => chart.setSize({ width: place.current?.clientWidth || 0, height: HEIGHT }));
      sized.observe(place.current);
      themed = new MutationObserver(redraw);
      themed.observe(document.documentElement, { attributes: true });
      dark.addEventListener("change", redraw);
      if (every_ms) timer = setInterval(() => chart.setData(data()), every_ms);
    });
    return () => {
      gone = true;
      clearInterval(timer);
      sized?.disconnect();
      themed?.disconnect();
      dark.removeEventListener("change", redraw);
      chart?.destroy();
    };
  }, [on]);
  return html`<div class="chart" role="img" aria-label=${label} ref=${place}></div>`;
}
