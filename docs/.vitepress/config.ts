import { defineConfig } from "vitepress";
import { configureMarkdown } from "./markdown.ts";
import { sidebar } from "./sidebar.ts";

/** The documentation site: `npm run site` builds it into site/. `SITE_BASE=/docs/` says from which path it is served; / by default. */
const base = process.env.SITE_BASE ?? "/";

export default defineConfig({
  base,
  lang: "en",
  title: "birth-death-pde",
  description:
    "The mean-field equation of neuron birth-death dynamics: references with a stated error, and a judge of particle schemes",
  outDir: "../site",
  cacheDir: "node_modules/.vitepress",
  // Pages that are made from the code stand in a folder that git ignores.
  rewrites: { "generated/:page*": ":page*" },
  // The explorer is copied in after the build; test/docs/site.test.ts follows these links as well.
  ignoreDeadLinks: [/\/explorer\//],
  head: [
    ["link", { rel: "icon", type: "image/svg+xml", href: `${base}icon.svg` }],
    ["meta", { name: "color-scheme", content: "light dark" }],
  ],
  // Themes whose letters are read on their ground: contrast at least 4.5.
  markdown: {
    math: true,
    config: configureMarkdown,
    theme: { light: "github-light-high-contrast", dark: "github-dark-high-contrast" },
  },
  themeConfig: {
    logo: "/icon.svg",
    nav: [
      { text: "First steps", link: "/first-steps" },
      { text: "Theory", link: "/theory/" },
      { text: "Gallery", link: "/gallery" },
      { text: "Commands", link: "/commands" },
      { text: "Explorer", link: "/explorer/", target: "_self", noIcon: true },
    ],
    sidebar: sidebar(),
    outline: { level: [2, 3] },
    search: { provider: "local" },
    docFooter: { prev: "Before", next: "Next" },
    notFound: { linkText: "To the first page", linkLabel: "To the first page" },
  },
});
