// Pictures follow the system's colour scheme, and here the reader's choice of a theme as well.
const follow = () => {
  const chosen = { light: "not all", dark: "all" }[document.body.dataset.theme];
  for (const dark of document.querySelectorAll("picture source")) {
    dark.media = chosen ?? "(prefers-color-scheme: dark)";
  }
};
new MutationObserver(follow).observe(document.body, { attributeFilter: ["data-theme"] });
follow();
