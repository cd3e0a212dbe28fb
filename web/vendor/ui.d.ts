// What the pages use of ui.js: Preact, its hooks, signals and htm.
export interface Signal<T> {
  value: T;
  peek(): T;
}
export interface ReadonlySignal<T> {
  readonly value: T;
  peek(): T;
}
export function html(strings: TemplateStringsArray, ...values: any[]): any;
export function h(type: any, props: any, ...children: any[]): any;
export function render(what: any, where: Element): void;
export function signal<T>(value: T): Signal<T>;
export function computed<T>(of: () => T): ReadonlySignal<T>;
export function effect(does: () => void): () => void;
export function batch<T>(does: () => T): T;
export function useEffect(does: () => void | (() => void), on?: readonly unknown[]): void;
export function useState<T>(first: T | (() => T)): [T, (value: T | ((old: T) => T)) => void];
export function useRef<T>(first: T): { current: T };
export function useMemo<T>(of: () => T, on: readonly unknown[]): T;
export function useCallback<T>(does: T, on: readonly unknown[]): T;
export function useSignal<T>(value: T): Signal<T>;
export function useComputed<T>(of: () => T): ReadonlySignal<T>;
export function useSignalEffect(does: () => void | (() => void)): void;
