// What one person wants on one machine: theme, shortcuts, widths, views. Never anything that came from a finding.

import { useSyncExternalStore } from "react";

export type Theme = "system" | "light" | "dark" | "contrast";
export type Density = "comfortable" | "compact";
export type SavedView = { name: string; search: string };
export type Preferences = {
  shortcuts: boolean;
  advance: boolean;
  theme: Theme;
  density: Density;
  widths: Record<string, Record<string, number>>;
  views: SavedView[];
  pane: boolean;
};

const KEY = "soc.preferences";
const THEME_KEY = "soc.theme";
const DEFAULTS: Preferences = { shortcuts: true, advance: true, theme: "system", density: "comfortable", widths: {}, views: [], pane: true };

let current = load();
const listeners = new Set<() => void>();

function load(): Preferences {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(KEY) ?? "{}");
    return kept !== null && typeof kept === "object" ? { ...DEFAULTS, ...kept } : DEFAULTS;
  } catch {
    return DEFAULTS;
  }
}

export const preferences = {
  get: () => current,
  set(next: Partial<Preferences>) {
    current = { ...current, ...next };
    try {
      localStorage.setItem(KEY, JSON.stringify(current));
    } catch {
      // Without storage the wish holds until the page is closed.
    }
    for (const listener of listeners) listener();
  },
  subscribe(listener: () => void) {
    listeners.add(listener);
    return () => listeners.delete(listener);
  },
};

export function usePreferences(): Preferences {
  return useSyncExternalStore(preferences.subscribe, preferences.get);
}

export function setTheme(theme: Theme) {
  preferences.set({ theme });
  try {
    // The script that runs before the first paint reads this one.
    if (theme === "system") localStorage.removeItem(THEME_KEY);
    else localStorage.setItem(THEME_KEY, theme);
  } catch {
    // As above.
  }
  applyTheme();
}

export function setDensity(density: Density) {
  preferences.set({ density });
  document.documentElement.dataset["density"] = density;
}

function applyTheme() {
  const { theme } = current;
  const system = matchMedia("(prefers-contrast: more)").matches
    ? "contrast"
    : matchMedia("(prefers-color-scheme: dark)").matches
      ? "dark"
      : "light";
  document.documentElement.dataset["theme"] = theme === "system" ? system : theme;
}

export function followSystemTheme() {
  document.documentElement.dataset["density"] = current.density;
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", applyTheme);
  matchMedia("(prefers-contrast: more)").addEventListener("change", applyTheme);
}
