// Sets the theme before the first paint. A file of its own because the page's policy forbids inline script.
(function () {
  var chosen = null;
  try {
    chosen = localStorage.getItem("soc.theme");
  } catch (refused) {
    // Storage is refused in some private windows; the system's wish holds then.
  }
  if (chosen !== "light" && chosen !== "dark" && chosen !== "contrast") {
    chosen = matchMedia("(prefers-contrast: more)").matches
      ? "contrast"
      : matchMedia("(prefers-color-scheme: dark)").matches
        ? "dark"
        : "light";
  }
  document.documentElement.dataset.theme = chosen;
})();
