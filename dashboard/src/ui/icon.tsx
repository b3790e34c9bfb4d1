// The few icons that there are: one path each, drawn in the colour of the text, never the only carrier of a meaning.

const PATHS = {
  queue: "M3 4h14v3H3zM3 9h14v3H3zM3 14h9v3H3z",
  approvals: "M4 10.5 8.5 15 16.5 6",
  overview: "M4 16V9M10 16V4M16 16v-5",
  attack: "M3 3h4v4H3zM8.5 3h4v4h-4zM14 3h3v4h-3zM3 8.500h4v4H3zM8.500 8.500h4v4h-4zM3 14h4v3H3z",
  pipeline: "M3 6h4l3 8h3l2-4h2",
  audit: "M5 3h8l3 3v11H5zM8 9h5M8 12h5M8 15h3",
  settings: "M4 6h6M14 6h2M4 10h2M10 10h6M4 14h8M16 14h0M12 4.500v3M8 8.500v3M14 12.500v3",
  search: "M9 3.500a5.500 5.500 0 1 1 0 11a5.500 5.500 0 0 1 0-11zM13 13l4 4",
  close: "M5 5l10 10M15 5 5 15",
  more: "M5 10h.01M10 10h.01M15 10h.01",
  down: "M5 8l5 5 5-5",
  right: "M8 5l5 5-5 5",
  left: "M12 5l-5 5 5 5",
  up: "M5 12l5-5 5 5",
  plus: "M10 4v12M4 10h12",
  undo: "M7 4 3.500 7.500 7 11M4 7.500h7a4.500 4.500 0 0 1 0 9H8",
  copy: "M7 7h9v10H7zM4 13V3h9",
  outside: "M8 5H4v11h11v-4M11 4h5v5M16 4l-7 7",
  person: "M10 4a3 3 0 1 1 0 6a3 3 0 0 1 0-6zM4 17c0-3.500 2.700-5 6-5s6 1.500 6 5",
  bell: "M6 14V9a4 4 0 0 1 8 0v5l1.500 1.500h-11zM9 17.500h2",
  save: "M5 3h10v14l-5-3.500L5 17z",
  link: "M8.500 11.500a3 3 0 0 0 4.300 0l2.700-2.700a3 3 0 0 0-4.300-4.300l-1 1M11.500 8.500a3 3 0 0 0-4.300 0l-2.700 2.700a3 3 0 0 0 4.300 4.300l1-1",
  download: "M10 3v9M6 9l4 4 4-4M4 16h12",
  print: "M6 7V3h8v4M6 14H4V8h12v6h-2M6 12h8v5H6z",
  refresh: "M15.500 8A6 6 0 1 0 16 11M16 4v4h-4",
  theme: "M10 3.500a6.500 6.500 0 1 0 0 13zM10 3.500a6.500 6.500 0 1 1 0 13",
  help: "M7.500 7.500a2.500 2.500 0 1 1 3.500 2.300c-.7.300-1 .8-1 1.700M10 14.500h.01M10 2.500a7.500 7.500 0 1 1 0 15a7.500 7.500 0 0 1 0-15z",
  menu: "M3 5h14M3 10h14M3 15h14",
  pane: "M3 4h14v12H3zM12 4v12",
  merge: "M5 3v4c0 3 5 3 5 6v4M15 3v4c0 3-5 3-5 6",
  check: "M4 10.500 8.500 15 16.500 6",
  warn: "M10 3 18 17H2zM10 8v4M10 14.500h.01",
  lock: "M5 9h10v8H5zM7 9V6.500a3 3 0 0 1 6 0V9",
} as const;

export type IconName = keyof typeof PATHS;

export function Icon({ name, size = 16 }: { name: IconName; size?: number }) {
  return (
    <svg className="icon" width={size} height={size} viewBox="0 0 20 20" aria-hidden="true" focusable="false">
      <path d={PATHS[name]} />
    </svg>
  );
}
