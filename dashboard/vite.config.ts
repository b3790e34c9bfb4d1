import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

// Nothing may be inlined: the page's policy has neither `data:` nor `unsafe-inline`.
export default defineConfig({
  plugins: [react()],
  resolve: { alias: { "react-remove-scroll": new URL("./src/ui/no-scroll-lock.tsx", import.meta.url).pathname } },
  build: {
    target: "es2022",
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    chunkSizeWarningLimit: 700,
  },
  server: {
    host: "127.0.0.1",
    proxy: Object.fromEntries(
      ["/api", "/config.json"].map((path) => [path, process.env["SOC_URL"] ?? "http://127.0.0.1:8799"]),
    ),
  },
  test: { environment: "happy-dom", include: ["test/**/*.test.{ts,tsx}"], restoreMocks: true },
});
