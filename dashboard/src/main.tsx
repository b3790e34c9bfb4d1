// Wiring: sign-in first, then the pages.

import { QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { createRoot } from "react-dom/client";
import { queryClient } from "./api/queries";
import { beginSession } from "./api/session";
import { followSystemTheme } from "./app/preferences";
import { router } from "./router";
import "./style/tokens.css";
import "./style/base.css";
import "./style/parts.css";
import "./style/shell.css";
import { ProblemView } from "./ui/states";

const root = createRoot(document.getElementById("root") as HTMLElement);

async function begin() {
  followSystemTheme();
  try {
    await beginSession();
  } catch (error) {
    root.render(
      <main className="sign-in">
        <ProblemView error={error} retry={() => location.reload()} />
      </main>,
    );
    return;
  }
  root.render(
    <QueryClientProvider client={queryClient}>
      <RouterProvider router={router} />
    </QueryClientProvider>,
  );
}

void begin();
